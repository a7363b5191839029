package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What remains after a destination was closed. */
abstract class CloseRules {
    private static final int TIMES = 8;

    /** What leaks once for each destination comes to {@link #TIMES}; some may come and go elsewhere meanwhile. */
    private static final int LEAK = TIMES - 2;

    @Test
    @Rule("D14")
    void closing_twice_is_fine(Bench bench) {
        bench.destination().close();
        bench.destination().close();
    }

    @Test
    @Rule("D14")
    void every_call_after_close_is_refused(Bench bench) throws Exception {
        Destination destination = bench.destination();
        String key = bench.key("there");
        bench.put(key, bench.content(10));
        destination.close();
        Map<String, Expect.Action> calls = new LinkedHashMap<>();
        calls.put("info", destination::info);
        calls.put("upload", () -> destination.upload(bench.key("new")).close());
        calls.put("open", () -> destination.open(key, 0).close());
        calls.put("stat", () -> destination.stat(key));
        calls.put("list", () -> bench.keys(destination, bench.prefix(), ""));
        calls.put("delete", () -> destination.delete(key));
        calls.put("discardAbandoned", () -> destination.discardAbandoned(SweepRules.FAR_AWAY));
        calls.put("check", destination::check);
        calls.forEach((name, call) -> Expect.thrown(IllegalStateException.class, name + " after close", call));
    }

    @Test
    @Rule("D14")
    void uploads_end_with_their_destination(Bench bench) throws Exception {
        Destination second = bench.second();
        String key = bench.key("folder/open");
        ObjectUpload upload = bench.begin(second, key, bench.content(10));
        second.close();
        Content rest = bench.bigContent();
        expectFailure("write after the destination was closed", () -> rest.writeTo(upload));
        expectFailure("commit after the destination was closed", upload::commit);
        upload.close();
        bench.expectAbsent(bench.destination(), key, "after the destination of its upload was closed");
    }

    @Test
    @Rule("D14")
    void reads_end_with_their_destination(Bench bench) throws Exception {
        String key = bench.key("object");
        bench.put(key, bench.bigContent());
        try (InputStream in = bench.destination().open(key, 0)) {
            in.read();
            bench.destination().close();
            expectFailure("reading on to the end after the destination was closed", in::readAllBytes);
        }
    }

    @Test
    @Rule("D14")
    void closing_unblocks_a_stalled_write(Bench bench) throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        ObjectUpload upload = bench.own(bench.destination().upload(bench.key("stalled")));
        Content content = bench.bigContent();
        bench.during(Fault.STALL, stalled::countDown, () -> {
            Future<Boolean> writing = bench.crew().start(() -> {
                expectFailure("a stalled write while the destination is closed", () -> content.writeTo(upload));
                return true;
            });
            bench.crew().await(stalled, "a write that stalls");
            bench.crew().soon("closing a destination with a stalled write", bench.destination()::close);
            bench.crew().await(writing, "a stalled write after the destination was closed");
        });
    }

    private static void expectFailure(String doing, Expect.Action action) {
        Exception failure = Expect.thrown(Exception.class, doing, action);
        Expect.that(
                failure instanceof BackupException
                        || failure instanceof IllegalStateException
                        || failure instanceof java.io.IOException,
                doing + " threw " + failure,
                "a BackupException, an IllegalStateException or an IOException");
    }

    @Test
    @Rule("D14")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void no_file_handle_stays_behind(Bench bench) throws Exception {
        useAndClose(bench, 2);
        long before =
                ProcessState.fileHandles().orElseThrow(() -> new Untestable("this JVM does not count file handles"));
        useAndClose(bench, TIMES);
        expectNoMore(bench, "file handles", () -> ProcessState.fileHandles().orElse(before) - before);
    }

    @Test
    @Rule("D14")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void no_thread_stays_behind(Bench bench) throws Exception {
        useAndClose(bench, 2);
        Set<Thread> before = ProcessState.threads();
        useAndClose(bench, TIMES);
        expectNoMore(
                bench,
                "threads",
                () -> ProcessState.threads().stream()
                        .filter(thread -> !before.contains(thread))
                        .count());
    }

    /** A pool may take a moment to end what was closed. The rest of the process has handles and threads of its own. */
    private static void expectNoMore(Bench bench, String what, LongSupplier more) {
        long deadline = System.nanoTime() + bench.profile().patience().toNanos();
        while (more.getAsLong() >= LEAK && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        long left = more.getAsLong();
        Expect.that(
                left < LEAK,
                left + " more " + what + " after " + TIMES + " destinations were used and closed",
                "no more than before");
    }

    /** Uses each way to begin something, with each way to end it. */
    private static void useAndClose(Bench bench, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (Destination destination = bench.suite().openDestination()) {
                String key = bench.key("used-" + i);
                bench.put(destination, key, bench.bigContent());
                destination.upload(key + "-closed").close();
                try (ObjectUpload loser = destination.upload(key)) {
                    Expect.anyBackupException("commit on a taken key", loser::commit);
                }
                Expect.anyBackupException(
                        "open", () -> destination.open(key + "-no", 0).close());
                destination.stat(key);
                try (InputStream in = destination.open(key, 0)) {
                    in.read();
                }
                try (Stream<ObjectInfo> listing = destination.list("", "")) {
                    Expect.that(listing.findFirst().isPresent(), "an empty list", "the object just written");
                }
                destination.discardAbandoned(SweepRules.FAR_AWAY);
                bench.suite().cleanUp(destination, bench.prefix());
                destination.upload(key + "-left").write(1);
            }
        }
    }
}
