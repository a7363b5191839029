package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What an interrupted thread sees. */
abstract class InterruptRules {
    @Test
    @Rule("D12")
    void every_call_of_an_interrupted_thread_aborts(Bench bench) throws Exception {
        Destination destination = bench.destination();
        String key = bench.key("there");
        bench.put(key, bench.content(10));
        Map<String, Expect.Action> calls = new LinkedHashMap<>();
        calls.put("upload", () -> destination.upload(bench.key("new")).close());
        calls.put("open", () -> destination.open(key, 0).close());
        calls.put("stat", () -> destination.stat(key));
        calls.put("list", () -> bench.keys(destination, bench.prefix(), ""));
        calls.put("delete", () -> destination.delete(key));
        calls.put("discardAbandoned", () -> destination.discardAbandoned(SweepRules.FAR_AWAY));
        calls.put("check", destination::check);
        for (Map.Entry<String, Expect.Action> call : calls.entrySet()) {
            expectAbort(bench, call.getKey(), call.getValue());
        }
        Expect.that(destination.stat(key).isPresent(), "an interrupted delete took the object", "it stays");
    }

    @Test
    @Rule("D12")
    void an_interrupted_write_aborts_and_leaves_no_object(Bench bench) throws Exception {
        String key = bench.key("folder/write");
        ObjectUpload upload = bench.begin(key, bench.content(10));
        Content rest = bench.bigContent();
        expectAbort(bench, "writing " + rest.size() + " bytes", () -> rest.writeTo(upload));
        Expect.anyBackupException("commit after an interrupted write", upload::commit);
        upload.close();
        bench.expectAbsent(bench.destination(), key, "after an interrupted write");
    }

    @Test
    @Rule("D12")
    void an_interrupted_commit_aborts_and_leaves_no_object(Bench bench) throws Exception {
        String key = bench.key("folder/commit");
        ObjectUpload upload = bench.begin(key, bench.content(10));
        expectAbort(bench, "commit", upload::commit);
        upload.close();
        bench.expectAbsent(bench.destination(), key, "after an interrupted commit");
        bench.put(key, bench.content(10));
    }

    @Test
    @Rule("D12")
    void an_interrupted_read_aborts(Bench bench) throws Exception {
        String key = bench.key("read");
        bench.put(key, bench.bigContent());
        try (InputStream in = bench.destination().open(key, 0)) {
            in.read();
            expectAbort(bench, "reading on to the end", in::readAllBytes);
        }
        try (InputStream in = bench.destination().open(key, 0)) {
            Expect.that(in.read() >= 0, "nothing to read after another read was interrupted", "the object");
        }
    }

    @Test
    @Rule("D12")
    void an_interrupted_thread_can_still_close(Bench bench) throws Exception {
        String key = bench.key("folder/closed");
        ObjectUpload upload = bench.begin(key, bench.bigContent());
        boolean kept = bench.crew()
                .await(
                        bench.crew().start(() -> {
                            Thread.currentThread().interrupt();
                            upload.close();
                            return Thread.interrupted();
                        }),
                        "close by an interrupted thread");
        Expect.that(kept, "close cleared the interrupt status", "it stays set");
        bench.expectAbsent(bench.destination(), key, "after an interrupted thread closed it");
        bench.put(key, bench.content(1));
    }

    private static void expectAbort(Bench bench, String doing, Expect.Action action) throws Exception {
        boolean kept = bench.crew()
                .await(
                        bench.crew().start(() -> {
                            Thread.currentThread().interrupt();
                            Expect.thrown(BackupAbortedException.class, doing + " by an interrupted thread", action);
                            return Thread.interrupted();
                        }),
                        doing + " by an interrupted thread");
        Expect.that(kept, doing + " by an interrupted thread cleared the interrupt status", "it stays set");
    }

    @Test
    @Rule("D12")
    void a_write_that_waits_is_ended_by_an_interrupt(Bench bench) throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CompletableFuture<Thread> writer = new CompletableFuture<>();
        ObjectUpload upload = bench.own(bench.destination().upload(bench.key("stalled")));
        Content content = bench.bigContent();
        bench.during(Fault.STALL, stalled::countDown, () -> {
            Future<Boolean> writing = bench.crew().start(() -> {
                writer.complete(Thread.currentThread());
                Expect.thrown(BackupAbortedException.class, "an interrupted write", () -> content.writeTo(upload));
                return Thread.interrupted();
            });
            bench.crew().await(stalled, "a write that stalls");
            writer.join().interrupt();
            boolean kept = bench.crew().await(writing, "a stalled write after an interrupt");
            Expect.that(kept, "an interrupted write cleared the interrupt status", "it stays set");
        });
    }
}
