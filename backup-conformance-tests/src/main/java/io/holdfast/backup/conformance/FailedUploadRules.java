package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectUpload;
import org.junit.jupiter.api.Test;

/** What becomes of an upload that failed. */
abstract class FailedUploadRules {
    @Test
    @Rule("D13")
    void a_full_destination_is_reported_as_full(Bench bench) throws Exception {
        String key = bench.key("full");
        Content content = bench.bigContent();
        try (ObjectUpload upload = bench.destination().upload(key)) {
            DestinationException failure = bench.answerDuring(
                    Fault.NO_SPACE,
                    () -> {},
                    () -> Expect.code(ErrorCode.DESTINATION_NO_SPACE, "an upload to a full destination", () -> {
                        content.writeTo(upload);
                        upload.commit();
                    }));
            Expect.that(
                    failure.getCause() != null,
                    "a failure without cause: " + failure,
                    "the provider's own error as its cause");
        }
        bench.expectAbsent(bench.destination(), key, "after an upload to a full destination");
    }

    @Test
    @Rule("D13")
    void after_a_failed_write_there_is_no_commit(Bench bench) throws Exception {
        String key = bench.key("gap");
        Content content = bench.bigContent();
        boolean failed = false;
        try (ObjectUpload upload = bench.destination().upload(key)) {
            content.writeTo(upload, 1000, 0, content.size() / 2);
            try {
                bench.during(Fault.NO_SPACE, () -> content.writeTo(upload, 1000, content.size() / 2, content.size()));
            } catch (BackupException e) {
                failed = true;
            }
            if (failed) {
                Expect.anyBackupException("commit after a failed write, with the fault over", upload::commit);
            } else {
                // A driver may hold the bytes back until there is room again, but must not lose any.
                upload.commit();
            }
        }
        if (failed) {
            bench.expectAbsent(bench.destination(), key, "after a commit that followed a failed write");
            bench.put(key, content);
        }
        bench.expectObject(bench.destination(), key, content, "written while the destination was full for a while");
    }

    @Test
    @Rule("D13")
    void a_commit_that_failed_plainly_published_nothing(Bench bench) throws Exception {
        String key = bench.key("refused");
        Content content = bench.content(100);
        try (ObjectUpload upload = bench.begin(key, content)) {
            bench.during(
                    Fault.DENIED,
                    () -> Expect.code(ErrorCode.DESTINATION_PERMISSION_DENIED, "commit while DENIED", upload::commit));
            Expect.thrown(RuntimeException.class, "the same commit again, with the fault over", upload::commit);
        }
        bench.expectAbsent(bench.destination(), key, "after its commit was refused");
        bench.put(key, content);
    }

    @Test
    @Rule("D7")
    void a_failed_upload_leaves_nothing_once_closed_and_swept(Bench bench) throws Exception {
        String key = bench.key("folder/failed");
        ObjectUpload upload = bench.begin(key, bench.bigContent());
        bench.during(Fault.UNREACHABLE, () -> {
            Expect.anyBackupException("commit while UNREACHABLE", upload::commit);
        });
        upload.close();
        bench.destination().discardAbandoned(SweepRules.FAR_AWAY);
        AbandonedRules.expectNothingLeft(bench, "after a failed upload was closed and swept");
    }
}
