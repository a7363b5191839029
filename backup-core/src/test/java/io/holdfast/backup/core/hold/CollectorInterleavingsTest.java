package io.holdfast.backup.core.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.Snapshots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collections, backups of another process, deletions and writers in a thousand random orders. A failure names its seed. */
@Timeout(120)
class CollectorInterleavingsTest {
    private static final int INTERLEAVINGS = 1000;
    private static final int STEPS = 40;

    @TempDir
    Path temporary;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SynchronousQueue<String> toStore = new SynchronousQueue<>();
    private final SynchronousQueue<String> fromStore = new SynchronousQueue<>();

    private Random random = new Random();
    private Set<String> blocks = new TreeSet<>();
    private Set<String> live = new TreeSet<>();
    private int written;
    private int collected;
    private int refused;

    @AfterEach
    void close() {
        threads.shutdown();
    }

    /** A collector that takes one of its steps at a time, in the order of G4. */
    private final class Collector {
        private final HoldSession session;
        private List<String> listed = List.of();
        private Set<String> referred = Set.of();
        private Iterator<String> garbage = List.<String>of().iterator();
        private int step;

        Collector(BackupHold hold) {
            session = hold.begin();
        }

        /** Returns whether there is more to do. */
        boolean step() {
            switch (step++) {
                case 0 -> listed = List.copyOf(blocks);
                case 1 -> referred = Set.copyOf(live);
                case 2 -> {
                    Set<String> unneeded = new TreeSet<>(listed);
                    unneeded.removeAll(referred);
                    try (HeldIds held = session.sortedIds()) {
                        held.forEachRemaining(unneeded::remove);
                    }
                    garbage = unneeded.iterator();
                }
                default -> {
                    session.check();
                    blocks.remove(garbage.next());
                    collected++;
                }
            }
            return step < 3 || garbage.hasNext();
        }
    }

    /** A store that takes its snapshot when it is told, and returns when it is told again. */
    private Backupable store() {
        return Snapshots.store((out, context) -> {
            fromStore.put("called");
            toStore.take();
            List<String> snapshot = List.copyOf(live);
            fromStore.put("captured");
            toStore.take();
            out.write(1);
            PayloadIDSet ids = context.newPayloadIDSet();
            snapshot.forEach(ids::add);
            return ids;
        });
    }

    @Test
    void no_block_that_a_backup_or_the_store_needs_is_ever_collected() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + INTERLEAVINGS; seed++) {
            try {
                interleave(seed);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(collected).as("blocks that were collected").isGreaterThan(INTERLEAVINGS / 4);
        assertThat(refused).as("collections that were refused").isGreaterThan(INTERLEAVINGS / 4);
    }

    private void interleave(long seed) throws Exception {
        random = new Random(seed);
        blocks = new TreeSet<>();
        live = new TreeSet<>();
        Bench bench = new Bench();
        Repository repository = bench.open();
        BackupHold hold = new BackupHold(temporary);
        hold.hold(repository);
        try (BackupExecutor executor =
                BackupExecutor.builder(bench.open()).threads(threads).build()) {
            BackupRun run = null;
            int phase = 0;
            Collector collector = null;
            for (int i = 0; i < STEPS || run != null; i++) {
                switch (i < STEPS ? random.nextInt(10) : 5) {
                    case 0, 1 -> write();
                    case 2 -> drop();
                    case 3, 7, 8 -> {
                        collector = collector == null ? new Collector(hold) : collector;
                        collector = advance(collector);
                    }
                    case 4 -> {
                        while (collector != null && random.nextInt(4) > 0) {
                            collector = advance(collector);
                        }
                    }
                    case 5, 6 -> {
                        if (run == null) {
                            run = executor.start(store(), BackupRequest.manual());
                            fromStore.take();
                            phase = 1;
                        } else if (phase == 1) {
                            toStore.put("capture");
                            fromStore.take();
                            phase = 2;
                        } else {
                            toStore.put("return");
                            run.await();
                            run.awaitRelease();
                            run = null;
                        }
                    }
                    default -> deleteOne(repository);
                }
            }
        }
        requireNothingLost(repository);
    }

    private void write() {
        String block = "block-" + random.nextInt(1000) + "-" + ++written;
        blocks.add(block);
        live.add(block);
    }

    private void drop() {
        live.stream()
                .skip(live.isEmpty() ? 0 : random.nextInt(live.size()))
                .findFirst()
                .ifPresent(live::remove);
    }

    private Collector advance(Collector collector) {
        try {
            return collector.step() ? collector : null;
        } catch (BackupException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
            refused++;
            return null;
        }
    }

    private void deleteOne(Repository repository) {
        List<BackupEntry> backups = repository.list();
        if (!backups.isEmpty() && random.nextInt(2) == 0) {
            repository.delete(backups.get(random.nextInt(backups.size())).id());
        }
    }

    private void requireNothingLost(Repository repository) {
        assertThat(blocks).containsAll(live);
        BackupHold all = new BackupHold(temporary);
        all.hold(repository);
        List<String> needed = new ArrayList<>();
        try (HeldIds ids = all.begin().sortedIds()) {
            ids.forEachRemaining(needed::add);
        }
        assertThat(blocks).containsAll(needed);
    }
}
