package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Recovery;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a commit says when its answer is lost. */
abstract class OutcomeRules {
    @Test
    @Rule("D17")
    void a_commit_whose_answer_is_lost_is_unknown_or_known_to_have_happened(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(100), bench.bigContent())) {
            String key = bench.key("answer-lost-" + content.size());
            ObjectUpload upload = bench.begin(key, content);
            Optional<BackupException> failure =
                    bench.answerDuring(Fault.COMMIT_ANSWER_LOST, () -> {}, () -> commit(upload));
            failure.ifPresent(e -> Expect.that(
                    e.code() == ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                    "a commit of " + content.size() + " bytes that happened but whose answer was lost threw " + e,
                    "success, or the code " + ErrorCode.DESTINATION_OUTCOME_UNKNOWN.wireValue()));
            upload.close();
            bench.expectObject(
                    bench.destination(), key, content, "after its commit happened and the upload was closed");
        }
    }

    @Test
    @Rule("D17")
    void a_commit_whose_request_is_lost_never_claims_success(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(100), bench.bigContent())) {
            String key = bench.key("request-lost-" + content.size());
            ObjectUpload upload = bench.begin(key, content);
            Optional<BackupException> failure =
                    bench.answerDuring(Fault.COMMIT_REQUEST_LOST, () -> {}, () -> commit(upload));
            upload.close();
            if (failure.isEmpty()) {
                bench.expectObject(bench.destination(), key, content, "after a commit that said it succeeded");
            } else {
                Expect.that(
                        failure.get().code().recovery() != Recovery.FAIL,
                        "a commit whose request was lost threw " + failure.get(),
                        "a failure that may be retried, or one with unknown outcome");
                bench.expectAbsent(bench.destination(), key, "after its commit was lost on the way");
            }
        }
    }

    @Test
    @Rule("D17")
    void the_same_bytes_committed_again_settle_an_unknown_outcome(Bench bench) throws Exception {
        for (Fault fault : List.of(Fault.COMMIT_ANSWER_LOST, Fault.COMMIT_REQUEST_LOST)) {
            String key = bench.key("settled-" + fault);
            Content content = bench.content(100);
            try (ObjectUpload upload = bench.begin(key, content)) {
                bench.during(fault, () -> commit(upload));
            }
            Optional<BackupException> again;
            try (ObjectUpload upload = bench.begin(key, content)) {
                again = commit(upload);
            }
            again.ifPresent(e -> Expect.same(
                    e.code(), ErrorCode.DESTINATION_OBJECT_EXISTS, "the code of the second commit after " + fault));
            bench.expectObject(bench.destination(), key, content, "after the same bytes were committed again");
        }
    }

    @Test
    @Rule("D17")
    void a_rivals_object_is_not_taken_for_ones_own(Bench bench) throws Exception {
        Content own = bench.content(100);
        expectRivalWins(bench, bench.key("rival-of-the-same-size"), own, bench.content(100));
        expectRivalWins(bench, bench.key("rival-with-the-same-bytes"), own, own);
    }

    private static void expectRivalWins(Bench bench, String key, Content own, Content rivals) throws Exception {
        Destination rival = bench.second();
        ObjectUpload upload = bench.begin(key, own);
        Optional<BackupException> failure = bench.answerDuring(
                Fault.COMMIT_REQUEST_LOST, () -> put(bench, rival, key, rivals), () -> commit(upload));
        upload.close();
        Set<Capability> declared = bench.destination().info().capabilities();
        if (failure.isEmpty()
                && !declared.contains(Capability.EXCLUSIVE_SMALL_COMMIT)
                && !declared.contains(Capability.EXCLUSIVE_COMMIT)) {
            throw new NotDeclared("EXCLUSIVE_SMALL_COMMIT, and seen to be lacking: a commit whose request was lost "
                    + "replaced the object of a rival");
        }
        ErrorCode code = failure.map(BackupException::code)
                .orElseThrow(() -> Expect.failure(
                        "a commit succeeded though its request was lost and another writer took " + key,
                        "object_exists or outcome_unknown"));
        Expect.that(
                code == ErrorCode.DESTINATION_OBJECT_EXISTS || code.recovery() != Recovery.FAIL,
                "a commit whose key was taken while its request was lost threw " + failure.get(),
                "object_exists or outcome_unknown");
        bench.expectObject(bench.destination(), key, rivals, "after its writer won");
    }

    private static ObjectInfo put(Bench bench, Destination handle, String key, Content content) {
        try {
            return bench.put(handle, key, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<BackupException> commit(ObjectUpload upload) {
        try {
            upload.commit();
            return Optional.empty();
        } catch (BackupException e) {
            return Optional.of(e);
        }
    }
}
