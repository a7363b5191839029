package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deletion in the face of crashes and of pins (F4). */
@Timeout(120)
class DeletionTest {
    private static final Duration PAST_VOID_LIFE = Duration.ofDays(31);

    /** The process is dead: nothing that it calls from now on arrives. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static SteppedDestination.Hook crashBefore(int fatal) {
        return new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (step >= fatal) {
                    throw new Crash();
                }
            }
        };
    }

    @Test
    void a_deletion_that_crashes_anywhere_leaves_a_whole_backup_or_none_and_a_sweep_ends_it() {
        int crashes = 0;
        for (boolean done = false; !done; crashes++) {
            done = !crashesAndRecovers(crashes + 1);
        }
        assertThat(crashes).isGreaterThan(10);
    }

    /** Returns false if the deletion ended before the crash. */
    private static boolean crashesAndRecovers(int fatal) {
        Bench bench = new Bench();
        SteppedDestination destination = bench.connect();
        Repository deleting = bench.open(destination);
        BackupId other = bench.backUp(deleting);
        BackupId doomed = bench.backUp(deleting);
        boolean crashed = false;
        destination.hook(crashBefore(fatal));
        try {
            deleting.delete(doomed);
        } catch (Crash e) {
            crashed = true;
        }

        boolean marked = bench.objectsOf(doomed).contains("deleting.json");
        if (bench.listed().contains(doomed)) {
            NoteStore restored = new NoteStore();
            new Restorer(Repository.openReadOnly(bench.server.open())).restore(doomed, restored);
            assertThat(restored.notes()).hasSize(10);
        } else {
            assertThat(Bench.codeOf(() -> new Restorer(bench.open()).restore(doomed, new NoteStore())))
                    .isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        }
        bench.requireSound(other);

        for (int i = 0; i < 3; i++) {
            bench.serverClock.move(PAST_VOID_LIFE);
            assertThat(bench.open().sweep().failures()).isEmpty();
        }
        bench.requireSound(other);
        if (crashed && !marked && !bench.objectsOf(doomed).isEmpty()) {
            bench.requireSound(doomed);
        } else {
            assertThat(bench.objectsOf(doomed)).isEmpty();
        }
        assertThat(bench.server.keys()).noneMatch(key -> key.startsWith("probe/"));
        return crashed;
    }

    @Test
    void a_pinned_backup_is_not_deleted_until_it_is_released() {
        Bench bench = new Bench();
        Repository repository = bench.open();
        BackupId id = bench.backUp(repository);
        repository.pin(id, "operator", "to be kept");
        repository.pin(id, "operator", "again");

        assertThat(Bench.codeOf(() -> repository.delete(id))).isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED);
        bench.requireSound(id);
        repository.unpin(id, "operator");
        repository.delete(id);

        assertThat(bench.listed()).isEmpty();
        assertThat(Bench.codeOf(() -> repository.delete(id))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        assertThat(Bench.codeOf(() -> repository.pin(id, "operator", ""))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
    }

    @Test
    void whatever_lies_among_the_pins_keeps_a_backup_and_breaks_no_listing() {
        Bench bench = new Bench();
        Repository repository = bench.open();
        BackupId id = bench.backUp(repository);
        bench.server.replace("backups/" + id + "/pins/x", new byte[1]);
        bench.server.replace("backups/" + id + "/verifications/x", new byte[1]);

        assertThat(repository.get(id).pinnedBy()).containsExactly("x");
        assertThat(Bench.codeOf(() -> repository.delete(id))).isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED);
    }

    /** A thread whose calls at the destination are let through one at a time. */
    private static final class Gated implements SteppedDestination.Hook {
        private final String from;
        private final Semaphore permits = new Semaphore(0);
        private final Semaphore arrivals = new Semaphore(0);
        private volatile boolean gating;
        private volatile boolean ended;
        private volatile BackupException failure;

        /** Lets everything pass until a call that begins so. */
        Gated(String from) {
            this.from = from;
        }

        @Override
        public void before(int step, String call) {
            gating |= call.matches(from);
            if (gating) {
                arrivals.release();
                permits.acquireUninterruptibly();
            }
        }

        void run(Runnable action) {
            try {
                action.run();
            } catch (BackupException e) {
                failure = e;
            } finally {
                ended = true;
                arrivals.release();
            }
        }

        /** Lets one call happen; does nothing at the end. */
        void go() {
            if (!ended) {
                permits.release();
                arrivals.acquireUninterruptibly();
            }
        }
    }

    @Test
    void a_pin_that_was_set_keeps_the_backup_whatever_the_order() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            int pinned = 0;
            int deleted = 0;
            // A bit for each turn: the pin's or the deletion's. A pin has at most four calls, and a deletion gets the
            // rest.
            for (int order : ordersOfTurns(12, 4)) {
                String outcome = interleave(threads, order);
                pinned += outcome.startsWith("pinned") ? 1 : 0;
                deleted += outcome.endsWith("deleted") ? 1 : 0;
            }
            assertThat(pinned).isPositive();
            assertThat(deleted).isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> ordersOfTurns(int turns, int ofPin) {
        List<Integer> orders = new ArrayList<>();
        for (int order = 0; order < 1 << turns; order++) {
            if (Integer.bitCount(order) == ofPin) {
                orders.add(order);
            }
        }
        return orders;
    }

    private static String interleave(ExecutorService threads, int order)
            throws ExecutionException, InterruptedException {
        Bench bench = new Bench();
        SteppedDestination pinsAt = bench.connect();
        SteppedDestination deletesAt = bench.connect();
        Repository pinning = bench.open(pinsAt);
        Repository deleting = bench.open(deletesAt);
        BackupId id = bench.backUp(pinning);
        Gated pin = new Gated("commit .*/pins/.*");
        Gated deletion = new Gated("commit .*/deleting.json");
        pinsAt.hook(pin);
        deletesAt.hook(deletion);
        Future<?> pins = threads.submit(() -> pin.run(() -> pinning.pin(id, "operator", "kept")));
        Future<?> deletes = threads.submit(() -> deletion.run(() -> deleting.delete(id)));
        pin.arrivals.acquire();
        deletion.arrivals.acquire();
        for (int turn = 0; turn < 12; turn++) {
            ((order >> turn & 1) == 1 ? pin : deletion).go();
        }
        while (!pin.ended || !deletion.ended) {
            pin.go();
            deletion.go();
        }
        pins.get();
        deletes.get();

        bench.serverClock.move(PAST_VOID_LIFE);
        bench.open().sweep();
        if (pin.failure == null) {
            assertThat(deletion.failure).as("order %s", order).isNotNull();
            assertThat(bench.listed()).as("order %s", order).containsExactly(id);
            assertThat(bench.objectsOf(id)).contains("payload.bin", "payload-ids.bin", "manifest.json");
            return "pinned";
        }
        assertThat(bench.listed()).as("order %s", order).isEmpty();
        return deletion.failure == null ? "deleted" : "swept";
    }

    @Test
    void a_deletion_that_met_a_pin_ends_after_the_pin_was_released() {
        Bench bench = new Bench();
        SteppedDestination destination = bench.connect();
        Repository deleting = bench.open(destination);
        BackupId id = bench.backUp(deleting);
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.endsWith("/deleting.json") && call.startsWith("commit")) {
                    bench.open().pin(id, "operator", "just in time");
                }
            }
        });

        assertThatThrownBy(() -> deleting.delete(id)).hasMessageContaining("operator");
        assertThat(bench.open().get(id).state()).isEqualTo(BackupEntry.State.DELETING);
        bench.serverClock.move(Duration.ofDays(2));
        assertThat(bench.open().sweep().deleted()).isEmpty();
        bench.open().unpin(id, "operator");
        assertThat(bench.open().sweep().deleted()).containsExactly(id);
        assertThat(bench.listed()).isEmpty();
    }
}
