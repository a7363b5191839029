package io.holdfast.backup.conformance;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a commit does, one at a time. */
abstract class CommitRules {
    @Test
    @Rule("D1")
    void an_upload_in_progress_is_nowhere_to_be_seen(Bench bench) throws Exception {
        String key = bench.key("in/progress");
        Content content = bench.bigContent();
        List<Destination> handles = bench.handles();
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        for (Destination handle : handles) {
            bench.expectAbsent(handle, key, "before anything was written");
        }
        content.writeTo(upload, 1000, 0, content.size() / 2);
        for (Destination handle : handles) {
            bench.expectAbsent(handle, key, "while half of it was written");
        }
        content.writeTo(upload, 1000, content.size() / 2, content.size());
        upload.flush();
        for (Destination handle : handles) {
            bench.expectAbsent(handle, key, "while all of it was written and flushed, before commit");
        }
        upload.commit();
        bench.expectObject(bench.destination(), key, content, "after commit");
    }

    @Test
    @Rule("D1")
    void no_list_shows_anything_of_an_upload_before_its_commit(Bench bench) throws Exception {
        String key = bench.key("folder/under-way");
        bench.put(bench.key("folder/neighbour"), bench.content(10));
        try (ObjectUpload upload = bench.begin(key, bench.bigContent())) {
            upload.flush();
            for (Destination handle : bench.handles()) {
                // Also what it is kept under meanwhile.
                Expect.same(
                        bench.keys(handle, bench.key("folder/"), ""),
                        List.of(bench.key("folder/neighbour")),
                        "the keys in the folder of an upload under way");
            }
        }
    }

    @Test
    @Rule("D2")
    void a_commit_on_a_taken_key_is_refused_and_the_old_bytes_stay(Bench bench) throws Exception {
        expectSecondCommitRefused(bench, bench.content(100), bench.content(300));
    }

    @Test
    @Rule("D2")
    void a_commit_of_many_parts_on_a_taken_key_is_refused(Bench bench) throws Exception {
        expectSecondCommitRefused(bench, bench.content(100), bench.bigContent());
    }

    @Test
    @Rule("D2")
    void an_empty_commit_on_a_taken_key_is_refused(Bench bench) throws Exception {
        expectSecondCommitRefused(bench, bench.content(100), bench.content(0));
    }

    @Test
    @Rule("D2")
    void the_same_bytes_again_are_refused_too(Bench bench) throws Exception {
        Content content = bench.content(100);
        expectSecondCommitRefused(bench, content, content);
    }

    private static void expectSecondCommitRefused(Bench bench, Content first, Content second) throws Exception {
        String key = bench.key("taken");
        bench.put(key, first);
        for (Destination handle : bench.handles()) {
            try (ObjectUpload upload = handle.upload(key)) {
                second.writeTo(upload);
                Expect.code(ErrorCode.DESTINATION_OBJECT_EXISTS, "commit on the taken key " + key, upload::commit);
            }
            bench.expectObject(handle, key, first, "after a second commit was refused and closed");
        }
    }

    @Test
    @Rule("D2")
    void a_commit_is_refused_when_the_key_was_taken_since_the_upload_began(Bench bench) throws Exception {
        expectFirstCommitWins(bench, bench.content(100), bench.content(100));
    }

    @Test
    @Rule("D2")
    void a_commit_of_many_parts_is_refused_when_the_key_was_taken_since_it_began(Bench bench) throws Exception {
        expectFirstCommitWins(bench, bench.bigContent(), bench.bigContent());
    }

    private static void expectFirstCommitWins(Bench bench, Content winning, Content losing) throws Exception {
        for (Destination handle : bench.handles()) {
            String key = bench.key("contested-" + System.identityHashCode(handle));
            ObjectUpload loser = bench.begin(handle, key, losing);
            ObjectUpload winner = bench.begin(key, winning);
            winner.commit();
            Expect.code(ErrorCode.DESTINATION_OBJECT_EXISTS, "commit after another upload took " + key, loser::commit);
            loser.close();
            winner.close();
            bench.expectObject(bench.destination(), key, winning, "after the later commit was refused and closed");
        }
    }

    @Test
    @Rule("D2")
    void the_probe_finds_no_error_in_a_healthy_destination(Bench bench) {
        List<Finding> errors = bench.destination().check().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
        Expect.that(errors.isEmpty(), "check reports " + errors, "no error");
    }

    @Test
    @Rule("D4")
    void commit_and_stat_and_list_tell_the_same(Bench bench) throws Exception {
        String key = bench.key("told");
        Content content = bench.content(1234);
        ObjectInfo committed = bench.put(key, content);
        Expect.same(committed.key(), key, "the key that commit returns");
        Expect.same(committed.size(), content.size(), "the size that commit returns");
        ObjectInfo stat = bench.destination().stat(key).orElseThrow();
        expectAlike(stat, committed, "stat");
        try (var listing = bench.destination().list(key, "")) {
            expectAlike(listing.findFirst().orElseThrow(), committed, "list");
        }
    }

    /**
     * Servers show times in milliseconds here and in seconds there, and write the object a moment before they answer. Two
     * moments that are close may lie in two seconds, and show as a whole second then.
     */
    private static void expectAlike(ObjectInfo found, ObjectInfo committed, String where) {
        Expect.same(found.key(), committed.key(), "the key that " + where + " returns");
        Expect.same(found.size(), committed.size(), "the size that " + where + " returns");
        long apart = Math.abs(
                found.lastModified().toEpochMilli() - committed.lastModified().toEpochMilli());
        Expect.that(
                apart <= 1000,
                where + " says " + found.lastModified() + " where commit said " + committed.lastModified(),
                "the same time, to the second");
    }
}
