package io.holdfast.backup.core.executor;

import static io.holdfast.backup.core.testing.Snapshots.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is around a run: listeners, job stores, threads, and the ends of the executor and the destination. */
@Timeout(60)
class ExecutorLifeTest {
    private static final String NAME = "life-test";

    private final MemoryServer server = MemoryServer.create();
    private final Destination destination = server.open();
    private final CountDownLatch inStore = new CountDownLatch(1);
    private final CountDownLatch leaveStore = new CountDownLatch(1);
    private final Backupable stuckStore = store((out, context) -> {
        out.write(1);
        inStore.countDown();
        leaveStore.await();
        return context.newPayloadIDSet();
    });
    private final Repository repository = Repository.open(
            destination,
            RepositoryConfig.builder(new StoreIdentity("notes-1", "notes"))
                    .name(NAME)
                    .build());

    @AfterEach
    void close() {
        leaveStore.countDown();
        destination.close();
    }

    @Test
    void a_listener_that_throws_changes_nothing() {
        BackupListener angry = new BackupListener() {
            @Override
            public void started(Job job) {
                throw new IllegalStateException();
            }

            @Override
            public void progressed(Job job, Progress progress) {
                throw new AssertionError();
            }

            @Override
            public void succeeded(Job job, Manifest manifest) {
                throw new NoClassDefFoundError();
            }
        };
        HandTicker ticker = new HandTicker();
        try (BackupExecutor executor = BackupExecutor.builder(repository)
                .listener(angry)
                .ticker(ticker)
                .build()) {
            Backupable looking = store((out, context) -> {
                out.write(1);
                ticker.look(1);
                return context.newPayloadIDSet();
            });

            assertThat(executor.run(looking, BackupRequest.manual()).plainSize())
                    .isOne();
            executor.run(looking, BackupRequest.manual());
        }
    }

    @Test
    void a_listener_that_throws_at_a_failure_changes_nothing() {
        BackupListener angry = new BackupListener() {
            @Override
            public void failed(Job job, BackupException failure) {
                throw new AssertionError();
            }
        };
        try (BackupExecutor executor =
                BackupExecutor.builder(repository).listener(angry).build()) {
            assertThatThrownBy(() -> executor.run(
                            store((out, context) -> {
                                throw new IllegalStateException();
                            }),
                            BackupRequest.manual()))
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE));
            executor.run(NoteStore.filled(1), BackupRequest.manual());
        }
    }

    /** Fails to keep records in one state. */
    private static final class ForgetfulJobStore implements JobStore {
        private final MemoryJobStore inner = new MemoryJobStore();
        private final JobState refused;

        ForgetfulJobStore(JobState refused) {
            this.refused = refused;
        }

        @Override
        public String owner() {
            return inner.owner();
        }

        @Override
        public void put(Job job) {
            if (job.state() == refused) {
                throw new IllegalStateException("its database is away");
            }
            inner.put(job);
        }

        @Override
        public Optional<Job> find(String id) {
            return inner.find(id);
        }

        @Override
        public List<Job> list() {
            return inner.list();
        }

        @Override
        public List<Job> interruptDead() {
            return inner.interruptDead();
        }

        @Override
        public void putNote(String name, String text) {
            inner.putNote(name, text);
        }

        @Override
        public SortedMap<String, String> notes() {
            return inner.notes();
        }

        @Override
        public void removeNote(String name) {
            inner.removeNote(name);
        }

        @Override
        public void remove(String id) {
            inner.remove(id);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Test
    void a_job_that_cannot_be_recorded_does_not_begin() {
        try (BackupExecutor executor = BackupExecutor.builder(repository)
                .jobStore(new ForgetfulJobStore(JobState.RUNNING))
                .build()) {
            assertThatThrownBy(() -> executor.start(NoteStore.filled(1), BackupRequest.manual()))
                    .hasMessageContaining("its database is away");
        }

        assertThat(server.keys()).containsExactly("repository.json");
        requireFree();
    }

    @Test
    void a_published_backup_succeeds_even_if_its_record_cannot_be_kept() {
        try (BackupExecutor executor = BackupExecutor.builder(repository)
                .jobStore(new ForgetfulJobStore(JobState.SUCCEEDED))
                .build()) {
            Manifest manifest = executor.run(NoteStore.filled(1), BackupRequest.manual());

            assertThat(repository.get(manifest.backupId()).damage()).isEmpty();
        }
        requireFree();
    }

    private void requireFree() {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            executor.run(NoteStore.filled(1), BackupRequest.manual());
        }
    }

    @Test
    void close_leaves_no_thread() throws InterruptedException {
        BackupExecutor executor = BackupExecutor.builder(repository).build();
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();
        assertThat(ownThreads()).isNotEmpty();

        executor.close();
        assertThat(run.job().state()).isEqualTo(JobState.INTERRUPTED);
        leaveStore.countDown();

        await().untilAsserted(() -> assertThat(ownThreads()).isEmpty());
        assertThat(server.keys()).containsExactly("repository.json");
    }

    private static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("holdfast-") && name.endsWith(NAME))
                .toList();
    }

    @Test
    void a_run_can_be_cancelled_and_the_executor_closed_again_after_close() throws InterruptedException {
        BackupExecutor executor = BackupExecutor.builder(repository).build();
        BackupRun run = executor.start(stuckStore, BackupRequest.manual());
        inStore.await();

        executor.close();
        run.cancel("again");
        executor.close();

        assertThatThrownBy(run::await).isInstanceOf(BackupAbortedException.class);
        assertThatThrownBy(() -> executor.start(stuckStore, BackupRequest.manual()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_run_that_cannot_be_watched_fails_and_frees_the_repository() {
        Ticker broken = (interval, action) -> {
            throw new RejectedExecutionException("shut down");
        };
        try (BackupExecutor executor =
                BackupExecutor.builder(repository).ticker(broken).build()) {
            BackupRun run = executor.start(NoteStore.filled(1), BackupRequest.manual());

            assertThatThrownBy(run::await).isInstanceOf(BackupException.class);
            assertThat(run.job().state()).isEqualTo(JobState.FAILED);
        }
        requireFree();
    }

    @Test
    void a_destination_that_is_closed_under_a_run_ends_it() {
        MemoryJobStore jobs = new MemoryJobStore();
        try (BackupExecutor executor =
                BackupExecutor.builder(repository).jobStore(jobs).build()) {
            BackupRun run = executor.start(
                    store((out, context) -> {
                        out.write(1);
                        destination.close();
                        return context.newPayloadIDSet();
                    }),
                    BackupRequest.manual());

            assertThatThrownBy(run::await).isInstanceOf(BackupException.class);
            run.awaitRelease();
            assertThat(jobs.list()).allMatch(job -> job.state().terminal());
        }
    }
}
