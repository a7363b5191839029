package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What becomes of an upload that is closed. */
abstract class AbandonedRules {
    @Test
    @Rule("D7")
    void an_upload_closed_without_commit_leaves_no_object(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(0), bench.content(100), bench.bigContent())) {
            String key = bench.key("closed/early-" + content.size());
            bench.begin(key, content).close();
            bench.expectAbsent(bench.destination(), key, "after the upload was closed without commit");
            Content second = bench.content(50);
            bench.put(key, second);
            bench.expectObject(bench.destination(), key, second, "after an earlier upload was closed without commit");
        }
    }

    @Test
    @Rule("D7")
    void an_upload_closed_without_commit_leaves_no_trace(Bench bench) throws Exception {
        bench.begin(bench.key("closed/small"), bench.content(10)).close();
        bench.begin(bench.key("closed/big"), bench.bigContent()).close();
        expectNothingLeft(bench, "after uploads were closed without commit");
    }

    @Test
    @Rule("D7")
    void commits_leave_no_trace_besides_the_object(Bench bench) throws Exception {
        String key = bench.key("folder/object");
        bench.put(key, bench.bigContent());
        ObjectUpload loser = bench.begin(key, bench.bigContent());
        Expect.anyBackupException("commit on a taken key", loser::commit);
        loser.close();
        expectNothingLeft(bench, "after one commit and one refused commit");
    }

    @Test
    @Rule("D7")
    void closing_again_changes_nothing(Bench bench) throws Exception {
        String key = bench.key("object");
        Content content = bench.content(100);
        ObjectUpload upload = bench.begin(key, content);
        upload.commit();
        upload.close();
        upload.close();
        bench.expectObject(bench.destination(), key, content, "after commit and two closes");
        ObjectUpload other = bench.begin(bench.key("other"), content);
        other.close();
        bench.put(bench.key("other"), content);
        other.close();
        bench.expectObject(bench.destination(), bench.key("other"), content, "after an older upload was closed again");
    }

    @Test
    @Rule("D7")
    void a_closed_upload_takes_neither_bytes_nor_commit(Bench bench) throws Exception {
        String key = bench.key("closed");
        ObjectUpload upload = bench.begin(key, bench.content(10));
        upload.close();
        Content more = bench.bigContent();
        Expect.thrown(BackupAbortedException.class, "write after close", () -> more.writeTo(upload));
        Expect.thrown(BackupAbortedException.class, "commit after close", upload::commit);
        bench.expectAbsent(bench.destination(), key, "after a commit that followed close");
    }

    @Test
    @Rule("D7")
    void the_probe_leaves_nothing(Bench bench) throws Exception {
        bench.put(bench.key("there"), bench.content(1));
        List<String> before = bench.keys(bench.destination(), "", "");
        bench.destination().check();
        List<String> after = bench.keys(bench.destination(), "", "").stream()
                .filter(key -> key.startsWith(bench.prefix()) || !key.matches("c[0-9a-f]{12}/.*"))
                .toList();
        List<String> added = after.stream().filter(key -> !before.contains(key)).toList();
        Expect.that(added.isEmpty(), "check left the objects " + added, "nothing left");
        expectNothingLeft(bench, "after check");
    }

    @Test
    @Rule("D7")
    void closing_unblocks_a_write(Bench bench) throws Exception {
        String key = bench.key("stalled/write");
        CountDownLatch stalled = new CountDownLatch(1);
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        Content content = bench.bigContent();
        bench.during(Fault.STALL, stalled::countDown, () -> {
            Future<BackupAbortedException> writing = bench.crew()
                    .start(() -> Expect.thrown(
                            BackupAbortedException.class,
                            "a write while the upload is closed",
                            () -> content.writeTo(upload)));
            bench.crew().await(stalled, "a write that stalls");
            bench.crew().soon("closing an upload whose write stalls", upload::close);
            bench.crew().await(writing, "a stalled write after the upload was closed");
        });
        bench.expectAbsent(bench.destination(), key, "after it was closed during a write");
    }

    @Test
    @Rule("D7")
    void closing_unblocks_a_commit(Bench bench) throws Exception {
        String key = bench.key("stalled/commit");
        CountDownLatch stalled = new CountDownLatch(1);
        ObjectUpload upload = bench.begin(key, bench.content(10));
        bench.during(Fault.STALL, stalled::countDown, () -> {
            Future<?> committing = bench.crew()
                    .start(() -> Expect.anyBackupException("a stalled commit that is closed", upload::commit));
            bench.crew().await(stalled, "a commit that stalls");
            bench.crew().soon("closing an upload whose commit stalls", upload::close);
            bench.crew().await(committing, "a stalled commit after the upload was closed");
        });
        bench.expectAbsent(bench.destination(), key, "after it was closed before its commit went through");
    }

    static void expectNothingLeft(Bench bench, String when) throws Exception {
        Optional<List<String>> left = bench.suite().leftovers(bench.destination());
        Expect.that(
                left.isEmpty() || left.get().isEmpty(),
                "there is left " + when + ": " + left.orElse(List.of()),
                "nothing");
        Expect.same(
                bench.destination().discardAbandoned(SweepRules.FAR_AWAY),
                0,
                "the number of uploads that discardAbandoned found " + when);
    }
}
