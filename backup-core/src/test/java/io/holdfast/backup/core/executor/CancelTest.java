package io.holdfast.backup.core.executor;

import static io.holdfast.backup.core.testing.Snapshots.manyBytes;
import static io.holdfast.backup.core.testing.Snapshots.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection.Injection;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.testing.ForwardingDestination;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends of runs that somebody asks for, at every place where a run can be. */
@Timeout(60)
class CancelTest {
    private final MemoryServer server = MemoryServer.create();
    private final Destination destination = server.open();
    private final CountDownLatch inStore = new CountDownLatch(1);
    private final CountDownLatch leaveStore = new CountDownLatch(1);
    private final AtomicBoolean storeInterrupted = new AtomicBoolean();
    private final Backupable stuckStore = store((out, context) -> {
        out.write(manyBytes());
        inStore.countDown();
        try {
            leaveStore.await();
        } catch (InterruptedException e) {
            storeInterrupted.set(true);
        }
        return context.newPayloadIDSet();
    });
    private Repository repository = open(destination);
    private BackupExecutor executor = BackupExecutor.builder(repository).build();

    private static Repository open(Destination destination) {
        return Repository.open(
                destination,
                RepositoryConfig.builder(new StoreIdentity("notes-1", "notes")).build());
    }

    @AfterEach
    void close() {
        leaveStore.countDown();
        executor.close();
        destination.close();
    }

    private void requireNothingLeft() {
        assertThat(server.keys()).containsExactly("repository.json");
        assertThat(server.uploadsInProgress()).isEmpty();
    }

    private static void requireInterrupted(BackupRun run) {
        assertThat(run.job().state()).isEqualTo(JobState.INTERRUPTED);
        assertThat(run.job().errorCode()).contains(ErrorCode.BACKUP_ABORTED);
        assertThatThrownBy(run::await).isInstanceOf(BackupAbortedException.class);
    }

    @Test
    void the_second_of_two_backups_is_told_which_job_is_running() throws InterruptedException {
        BackupRun first = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();

        assertThatThrownBy(() -> executor.start(NoteStore.filled(1), BackupRequest.manual()))
                .hasMessageContaining(first.jobId())
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING));

        leaveStore.countDown();
        assertThat(first.await().backupId().value()).isEqualTo(first.job().backupId());
    }

    @Test
    void a_cancelled_job_ends_at_once_and_its_lock_when_the_store_returns() throws InterruptedException {
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();

        run.cancel("test");

        requireInterrupted(run);
        assertThatThrownBy(() -> executor.start(NoteStore.filled(1), BackupRequest.manual()))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING));
        leaveStore.countDown();
        run.awaitRelease();
        assertThat(storeInterrupted).isFalse();
        requireNothingLeft();
        executor.run(NoteStore.filled(1), BackupRequest.manual());
        assertThat(run.job().state()).isEqualTo(JobState.INTERRUPTED);
    }

    @Test
    void a_write_that_the_destination_holds_up_is_broken_off() throws InterruptedException {
        CountDownLatch stalled = new CountDownLatch(1);
        AtomicReference<Injection> stall = new AtomicReference<>();
        BackupRun run = executor.start(
                store((out, context) -> {
                    stall.set(server.faults().inject(Fault.STALL, stalled::countDown));
                    out.write(manyBytes());
                    return context.newPayloadIDSet();
                }),
                BackupRequest.manual());
        stalled.await();

        run.cancel("test");

        requireInterrupted(run);
        run.awaitRelease();
        stall.get().close();
        requireNothingLeft();
    }

    /** Lets the test act at the commit of the manifest, before or after it. */
    private static final class AtManifest extends ForwardingDestination {
        private final Runnable before;
        private final Runnable after;

        AtManifest(Destination inner, Runnable before, Runnable after) {
            super(inner);
            this.before = before;
            this.after = after;
        }

        @Override
        public ObjectUpload upload(String key) {
            ObjectUpload upload = super.upload(key);
            return !key.endsWith("/manifest.json")
                    ? upload
                    : new ObjectUpload() {
                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            upload.write(bytes, offset, length);
                        }

                        @Override
                        public ObjectInfo commit() {
                            before.run();
                            ObjectInfo info = upload.commit();
                            after.run();
                            return info;
                        }

                        @Override
                        public void close() {
                            upload.close();
                        }
                    };
        }
    }

    @Test
    void a_publication_that_has_not_happened_is_broken_off() throws InterruptedException {
        CountDownLatch stalled = new CountDownLatch(1);
        AtomicReference<Injection> stall = new AtomicReference<>();
        Destination watched = new AtManifest(
                destination, () -> stall.set(server.faults().inject(Fault.STALL, stalled::countDown)), () -> {});
        try (BackupExecutor publishing = BackupExecutor.builder(open(watched)).build()) {
            BackupRun run = publishing.start(NoteStore.filled(1), BackupRequest.manual());
            stalled.await();

            run.cancel("test");

            assertThatThrownBy(run::await).isInstanceOf(BackupAbortedException.class);
            run.awaitRelease();
            requireInterrupted(run);
            stall.get().close();
            requireNothingLeft();
        }
    }

    @Test
    void a_publication_that_has_happened_stays_and_the_job_succeeds() {
        AtomicReference<BackupRun> run = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        Destination watched = new AtManifest(destination, () -> {}, () -> {
            awaitQuietly(known);
            run.get().cancel("test");
            assertThat(run.get().job().state().terminal()).isFalse();
        });
        try (BackupExecutor publishing = BackupExecutor.builder(open(watched)).build()) {
            run.set(publishing.start(NoteStore.filled(1), BackupRequest.manual()));
            known.countDown();

            assertThat(repository.get(run.get().await().backupId()).damage()).isEmpty();
            assertThat(run.get().job().state()).isEqualTo(JobState.SUCCEEDED);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_interrupted_caller_is_free_and_the_run_cancelled() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        AtomicReference<BackupRun> run = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                run.set(executor.start(stuckStore, BackupRequest.manual()));
                run.get().await();
            } catch (BackupException e) {
                thrown.set(e);
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        inStore.await();

        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(BackupAbortedException.class);
        assertThat(stillInterrupted).isTrue();
        requireInterrupted(run.get());
        leaveStore.countDown();
        run.get().awaitRelease();
        assertThat(storeInterrupted).isFalse();
        requireNothingLeft();
    }

    @Test
    void an_interrupted_worker_still_cleans_up_and_stays_interrupted() {
        try (BackupExecutor here =
                BackupExecutor.builder(repository).threads(new SameThread()).build()) {
            BackupRun run = here.start(
                    store((out, context) -> {
                        out.write(manyBytes());
                        Thread.currentThread().interrupt();
                        out.write(manyBytes());
                        return context.newPayloadIDSet();
                    }),
                    BackupRequest.manual());

            assertThat(Thread.interrupted()).isTrue();
            requireInterrupted(run);
            requireNothingLeft();
        }
    }

    @Test
    void cancelling_an_ended_run_changes_nothing() {
        BackupRun run = executor.start(NoteStore.filled(1), BackupRequest.manual());
        run.await();

        run.cancel("too late");

        assertThat(run.job().state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(repository.list()).hasSize(1);
    }

    @Test
    void a_stalled_run_is_cancelled() throws InterruptedException {
        HandTicker ticker = new HandTicker();
        executor = BackupExecutor.builder(repository)
                .ticker(ticker)
                .stallTimeout(Duration.ofSeconds(3))
                .build();
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();

        ticker.look(3);
        assertThat(run.job().state()).isEqualTo(JobState.RUNNING);
        ticker.look(1);

        requireInterrupted(run);
        assertThat(run.job().message().orElseThrow()).contains("no byte moved");
        leaveStore.countDown();
        run.awaitRelease();
        requireNothingLeft();
        assertThat(ticker.isTicking()).isFalse();
    }

    @Test
    void a_run_that_moves_bytes_is_not_stalled_but_may_last_too_long() {
        HandTicker ticker = new HandTicker();
        AtomicReference<BackupRun> run = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        executor = BackupExecutor.builder(repository)
                .ticker(ticker)
                .stallTimeout(Duration.ofSeconds(2))
                .maxDuration(Duration.ofSeconds(10))
                .build();
        run.set(executor.start(
                store((out, context) -> {
                    known.await();
                    for (int i = 0; i < 9; i++) {
                        out.write(i);
                        ticker.look(1);
                        assertThat(run.get().job().state()).isEqualTo(JobState.RUNNING);
                    }
                    ticker.look(1);
                    return context.newPayloadIDSet();
                }),
                BackupRequest.manual()));
        known.countDown();

        assertThatThrownBy(run.get()::await).isInstanceOf(BackupAbortedException.class);
        assertThat(run.get().job().message().orElseThrow()).contains("lasted longer");
        run.get().awaitRelease();
        requireNothingLeft();
    }

    @Test
    void signs_of_life_follow_each_other_and_go_with_the_publication() throws InterruptedException {
        HandTicker ticker = new HandTicker();
        executor = BackupExecutor.builder(repository)
                .ticker(ticker)
                .lifeInterval(Duration.ofSeconds(2))
                .build();
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();
        String folder = "backups/" + run.job().backupId();

        ticker.look(2);
        await().until(() -> aliveKeys().equals(List.of(folder + "/alive/000001")));
        await().untilAsserted(() -> {
            ticker.look(1);
            assertThat(aliveKeys()).hasSize(1).doesNotContain(folder + "/alive/000001");
        });

        leaveStore.countDown();
        run.await();
        run.awaitRelease();
        await().until(() -> aliveKeys().isEmpty());
        assertThat(repository.list()).hasSize(1);
    }

    @Test
    void signs_of_life_go_with_a_failed_attempt() throws InterruptedException {
        HandTicker ticker = new HandTicker();
        executor = BackupExecutor.builder(repository)
                .ticker(ticker)
                .lifeInterval(Duration.ofSeconds(1))
                .build();
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();
        ticker.look(1);
        await().until(() -> !aliveKeys().isEmpty());

        run.cancel("test");
        leaveStore.countDown();
        run.awaitRelease();

        requireNothingLeft();
    }

    private List<String> aliveKeys() {
        return server.keys().stream().filter(key -> key.contains("/alive/")).toList();
    }

    private static final class SameThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
