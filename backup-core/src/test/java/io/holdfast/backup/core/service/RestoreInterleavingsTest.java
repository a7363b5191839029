package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.retention.Rule;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores, backups, retention and cancellations in random orders. A failure names its seed. */
@Timeout(300)
class RestoreInterleavingsTest {
    private static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");
    private static final Set<ErrorCode> CLEAR_REFUSALS = Set.of(
            ErrorCode.BACKUP_ALREADY_RUNNING,
            ErrorCode.BACKUP_ABORTED,
            ErrorCode.BACKUP_NOT_FOUND,
            ErrorCode.DESTINATION_OBJECT_LOCKED,
            ErrorCode.INTEGRITY_MISMATCH);

    @TempDir
    Path temporary;

    private final ExecutorService actors = Executors.newFixedThreadPool(3);
    private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        actors.shutdown();
    }

    /** Lets a random number of other steps go first, or none if nobody comes within a millisecond. */
    private static final class Turnstile implements SteppedDestination.Hook {
        private final Random random;
        private long passed;

        Turnstile(long seed) {
            this.random = new Random(seed);
        }

        @Override
        public synchronized void before(int step, String call) {
            long turn = passed + random.nextInt(4);
            try {
                if (passed < turn) {
                    wait(1);
                }
            } catch (InterruptedException e) {
                throw new AssertionError("a thread was interrupted", e);
            }
            passed++;
            notifyAll();
        }
    }

    /** A live store that remembers every content that it ever had. */
    private static final class Live implements Backupable, RestoreTarget {
        private final Set<Map<String, String>> known = ConcurrentHashMap.newKeySet();
        private volatile NoteStore store = new NoteStore();
        private volatile boolean fenced;
        private volatile int swaps;

        void become(int content) {
            NoteStore next = NoteStore.filled(2);
            next.put("content", "number " + content);
            known.add(next.notes());
            store = next;
        }

        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            return store.backup(out, context);
        }

        @Override
        public void restore(InputStream in, BackupContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StoreIdentity identity() {
            return STORE;
        }

        @Override
        public List<String> blockers() {
            return List.of();
        }

        @Override
        public Fence fence() {
            assertThat(fenced).as("two restores at once").isFalse();
            fenced = true;
            return () -> fenced = false;
        }

        @Override
        public StagedStore stage() {
            NoteStore fresh = new NoteStore();
            return new StagedStore() {
                @Override
                public Backupable store() {
                    return fresh;
                }

                @Override
                public void swap() {
                    assertThat(known).as("what was ever backed up").contains(fresh.notes());
                    store = fresh;
                    swaps++;
                }

                @Override
                public void cleanUp() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public List<String> recover() {
            return List.of();
        }
    }

    @Test
    void no_backup_is_lost_and_nothing_unverified_is_swapped_in() throws Exception {
        interleave(200);
    }

    @Test
    @Tag("soak")
    void nor_in_a_thousand_orders() throws Exception {
        interleave(1000);
    }

    private void interleave(int count) throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            try {
                new Interleaving(seed).run();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.println("outcomes of " + count + " interleavings: " + new TreeMap<>(outcomes));
        assertThat(outcomes).containsKeys("restored", "backed up", "deleted", "restore backup_aborted", "corrupted");
        assertThat(outcomes.get("restored")).isGreaterThan(count / 10);
    }

    private void count(String outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    /** One random order. */
    private final class Interleaving {
        private final Random random;
        private final Turnstile turnstile;
        private final MemoryServer server = MemoryServer.builder().build();
        private final MemoryJobStore jobs = new MemoryJobStore();
        private final Live live = new Live();
        private final Set<BackupId> published = ConcurrentHashMap.newKeySet();
        private final Set<BackupId> corrupted = ConcurrentHashMap.newKeySet();
        private final Set<BackupId> deleted = ConcurrentHashMap.newKeySet();
        private final SteppedDestination destination = new SteppedDestination(server.open());
        private BackupService service;

        Interleaving(long seed) {
            this.random = new Random(seed);
            this.turnstile = new Turnstile(seed);
            this.service = BackupService.builder()
                    .jobStore(jobs)
                    .temporary(temporary)
                    .destinations(config -> destination)
                    .build();
        }

        void run() throws Exception {
            try {
                service.put(
                        RepositorySettings.builder("notes", STORE, DestinationConfig.of("memory", Map.of()))
                                .retention(RetentionPolicy.builder()
                                        .keep(Rule.LAST, 3)
                                        .build())
                                .build(),
                        live,
                        live);
                for (int i = 0; i < 4; i++) {
                    live.become(i);
                    backUp(false);
                }
                if (random.nextInt(3) == 0) {
                    corrupt(published.iterator().next());
                }
                destination.hook(turnstile);
                List<Callable<Void>> tasks = List.of(
                        actor(random.nextLong(), this::restores),
                        actor(random.nextLong(), this::backUps),
                        actor(random.nextLong(), this::retention));
                List<Future<Void>> running = actors.invokeAll(tasks);
                for (Future<Void> one : running) {
                    one.get();
                }
                destination.hook(new SteppedDestination.Hook() {});
                requireNothingLostOrLeft();
            } finally {
                service.close();
            }
        }

        private Callable<Void> actor(long seed, Consumer<Random> actions) {
            return () -> {
                actions.accept(new Random(seed));
                return null;
            };
        }

        private void restores(Random choices) {
            for (int i = 0; i < 2; i++) {
                Cancellation cancellation = new Cancellation();
                boolean cancelled = choices.nextInt(4) == 0;
                RestoreRequest request = RestoreRequest.of(selection(choices)).withCancellation(cancellation);
                request = choices.nextBoolean() ? request.withSafetyBackup() : request;
                request = request.withListener(cancelled ? cancelling(cancellation) : RestoreListener.NONE);
                try {
                    RestoreResult result = service.restores("notes").restore(request);
                    result.safetyBackup().ifPresent(published::add);
                    assertThat(result.warnings()).isEmpty();
                    count("restored");
                } catch (BackupException e) {
                    assertThat(CLEAR_REFUSALS).as(e.toString()).contains(e.code());
                    count("restore " + e.code().wireValue());
                }
            }
        }

        private RestoreListener cancelling(Cancellation cancellation) {
            return (RestoreProgress progress) -> cancellation.cancel("an operator said so");
        }

        private RestoreSelection selection(Random choices) {
            List<BackupEntry> backups = service.backups("notes");
            return choices.nextBoolean()
                    ? new RestoreSelection.Newest()
                    : new RestoreSelection.ById(
                            backups.get(choices.nextInt(backups.size())).id());
        }

        private void backUps(Random choices) {
            for (int i = 0; i < 2; i++) {
                backUp(choices.nextInt(4) == 0);
            }
        }

        private void backUp(boolean cancelled) {
            try {
                BackupRun run = service.backUp("notes");
                if (cancelled) {
                    run.cancel("an operator said so");
                }
                try {
                    published.add(run.await().backupId());
                    count("backed up");
                } finally {
                    run.awaitRelease();
                }
            } catch (BackupException e) {
                assertThat(CLEAR_REFUSALS).as(e.toString()).contains(e.code());
                count("backup " + e.code().wireValue());
            }
        }

        private void retention(Random choices) {
            for (int i = 0; i < 2; i++) {
                List<BackupId> gone = service.runRetention("notes").deleted();
                deleted.addAll(gone);
                gone.forEach(backup -> count("deleted"));
            }
        }

        private void corrupt(BackupId backup) {
            String key = "backups/" + backup + "/payload.bin";
            byte[] bytes = server.bytes(key).orElseThrow();
            bytes[bytes.length / 2] ^= 1;
            server.replace(key, bytes);
            corrupted.add(backup);
            count("corrupted");
        }

        private void requireNothingLostOrLeft() {
            Set<BackupId> expected = ConcurrentHashMap.newKeySet();
            expected.addAll(published);
            expected.removeAll(deleted);
            List<BackupEntry> listed = service.backups("notes");
            assertThat(listed.stream().map(BackupEntry::id).toList()).containsAll(expected);
            for (BackupEntry backup : listed) {
                assertThat(backup.pinnedBy()).isEmpty();
                // A restore that failed later has told nobody of its safety backup.
                boolean safety = backup.manifest().orElseThrow().kind() == BackupKind.SAFETY;
                assertThat(safety || expected.contains(backup.id())).isTrue();
                assertThat(service.verify("notes", backup.id(), VerifyLevel.DECODED)
                                .sound())
                        .isEqualTo(!corrupted.contains(backup.id()));
            }
            assertThat(service.repository("notes").runLock().holder()).isEmpty();
            assertThat(live.fenced).isFalse();
            assertThat(jobs.list()).allMatch(job -> job.state() != JobState.RUNNING);
        }
    }
}
