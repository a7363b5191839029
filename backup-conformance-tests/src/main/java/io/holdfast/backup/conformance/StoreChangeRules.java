package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A snapshot that is taken while the store changes is the store at one moment. */
abstract class StoreChangeRules {
    private static final int BURSTS = 50;
    private static final int BURST = 7;

    @Test
    @Rule("A2")
    void a_backup_among_changes_is_the_store_at_one_moment(StoreBench bench) throws Exception {
        int before = bench.profile().changes();
        Backupable store = bench.filled(before);
        AtomicInteger made = new AtomicInteger(before);
        AtomicBoolean waits = new AtomicBoolean(true);
        List<Future<?>> bursts = Collections.synchronizedList(new ArrayList<>());
        // Also where the store only asks for cancellation: it may keep its bytes back until the end.
        Runnable burst = () -> {
            // One after the other: a store that lets nobody write meanwhile is not to find hundreds of changes waiting.
            if (bursts.size() >= BURSTS || !bursts.stream().allMatch(Future::isDone)) {
                return;
            }
            // In another thread, so that a store that lets nobody write meanwhile is not deadlocked.
            Future<?> changes = bench.crew().start(() -> {
                synchronized (made) {
                    for (int i = 0; i < BURST; i++) {
                        bench.suite().change(store, made.get() + 1);
                        made.incrementAndGet();
                    }
                }
                return true;
            });
            bursts.add(changes);
            if (waits.get()) {
                waits.set(hasEndedSoon(changes));
            }
        };
        Snapshot snapshot = bench.backUp(store, new StoreContext(burst), (from, to) -> burst.run());
        expectMoment(bench, snapshot, before, before, "a backup with changes between all of its writes");
        bench.crew().soon("a change after the backup", () -> {
            synchronized (made) {
                bench.suite().change(store, made.get() + 1);
            }
        });
    }

    private static boolean hasEndedSoon(Future<?> change) {
        try {
            change.get(200, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw Expect.failure("a change during a backup failed: " + e.getCause(), "it succeeds");
        }
    }

    @Test
    @Rule("A2")
    void a_backup_beside_a_busy_writer_is_the_store_at_one_moment(StoreBench bench) throws Exception {
        for (int round = 0; round < bench.profile().rounds(); round++) {
            int before = bench.profile().changes() / 2;
            Backupable store = bench.filled(before);
            AtomicInteger made = new AtomicInteger(before);
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch started = new CountDownLatch(1);
            Future<?> writer = bench.crew().start(() -> {
                while (!stop.get() && made.get() < 3 * before) {
                    bench.suite().change(store, made.get() + 1);
                    made.incrementAndGet();
                    started.countDown();
                }
                started.countDown();
                return true;
            });
            bench.crew().await(started, "a first change");
            int least = made.get();
            Snapshot snapshot = bench.backUp(store);
            stop.set(true);
            bench.crew().finish(writer, "the writer beside a backup");
            expectMoment(bench, snapshot, before, least, "a backup beside a writer");
            bench.done(store);
        }
    }

    /** Replays the changes until the snapshot's contents turn up. */
    private static void expectMoment(StoreBench bench, Snapshot snapshot, int before, int least, String what)
            throws Exception {
        Backupable restored = bench.restored(snapshot.bytes());
        List<String> found = bench.contents(restored);
        Backupable replay = bench.filled(before);
        int most = before + BURSTS * BURST + 2 * bench.profile().changes();
        for (int number = before; number <= most; number++) {
            if (number >= least && bench.contents(replay).equals(found)) {
                RoundTripRules.expectIds(bench, snapshot, restored, what);
                bench.done(replay);
                bench.done(restored);
                return;
            }
            bench.suite().change(replay, number + 1);
        }
        throw Expect.failure(
                what + " holds " + found.size() + " entries that the store never held at one moment after its change "
                        + least,
                "its contents after one change, all of that change and nothing of the next");
    }
}
