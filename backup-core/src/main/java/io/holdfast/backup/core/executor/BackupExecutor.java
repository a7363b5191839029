package io.holdfast.backup.core.executor;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs backups into one repository, one at a time. Safe for use by several threads.
 *
 * <p>A run goes job, intent, stream, payload ids, manifest. A run that fails or is cancelled publishes nothing and removes what
 * it wrote. No thread is ever interrupted.
 */
public final class BackupExecutor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupExecutor.class);

    private final Repository repository;
    private final JobStore jobs;
    private final BackupListener listener;
    private final Watch watch;
    private final IdSpill idSpill;
    private final ExecutorService threads;
    private final Ticker ticker;
    private final @Nullable ScheduledExecutorService ownScheduler;
    private final boolean ownsThreads;
    private final Set<BackupRun> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private BackupExecutor(Builder builder) {
        this.repository = builder.repository;
        this.jobs = builder.jobs;
        this.listener = builder.listener;
        this.watch = new Watch(builder.stallTimeout, builder.maxDuration, builder.lifeInterval);
        this.idSpill = builder.idSpill;
        this.ownsThreads = builder.threads == null;
        this.threads = builder.threads == null
                ? Executors.newCachedThreadPool(daemons("holdfast-backup-" + repository.name()))
                : builder.threads;
        if (builder.ticker == null) {
            ScheduledExecutorService scheduler =
                    Executors.newSingleThreadScheduledExecutor(daemons("holdfast-watch-" + repository.name()));
            this.ownScheduler = scheduler;
            this.ticker = Ticker.of(scheduler);
        } else {
            this.ownScheduler = null;
            this.ticker = builder.ticker;
        }
    }

    /**
     * Begins an executor.
     *
     * @param repository where the backups go
     * @return a builder with the default of every other value
     */
    public static Builder builder(Repository repository) {
        return new Builder(repository);
    }

    /**
     * Starts a backup.
     *
     * @param store the store
     * @param request what is asked
     * @return the run, which goes on in another thread
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if a run on this repository is in progress;
     *     {@link ErrorCode#DESTINATION_PERMISSION_DENIED} if the repository is read-only; another code if the job could not be
     *     recorded
     * @throws IllegalStateException after {@link #close}
     */
    public BackupRun start(Backupable store, BackupRequest request) {
        requireOpen();
        BackupId id = repository.newId();
        repository.runLock().acquire(id.value());
        return begin(id, store, request);
    }

    /**
     * Starts a backup under a lock that somebody else holds and keeps: the safety backup of a restore.
     *
     * @param holder the job that holds the repository's lock, and must hold it until the run is released
     * @param store the store
     * @param request what is asked
     * @return the run, which goes on in another thread
     * @throws BackupException as {@link #start} does, but for the lock
     * @throws IllegalStateException after {@link #close}, or if the job does not hold the lock
     */
    public BackupRun startWithin(String holder, Backupable store, BackupRequest request) {
        requireOpen();
        if (!repository.runLock().heldBy(holder)) {
            throw new IllegalStateException("Expected job " + holder + " to hold the lock of " + repository.name());
        }
        return begin(repository.newId(), store, request);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open executor, found a closed one");
        }
    }

    /** Releasing the lock by this run's id does nothing when another job holds it. */
    private BackupRun begin(BackupId id, Backupable store, BackupRequest request) {
        Optional<BackupRun> begun = Optional.empty();
        try {
            Job job = Job.running(
                    id.value(),
                    repository.name(),
                    id.value(),
                    jobs.owner(),
                    repository.clock().now());
            jobs.put(job);
            BackupRun run = new BackupRun(
                    job,
                    jobs,
                    listener,
                    repository.clock(),
                    idSpill,
                    threads,
                    () -> repository.runLock().release(id.value()));
            begun = Optional.of(run);
            running.add(run);
            threads.execute(() -> execute(store, request, run));
            if (closed) {
                // It was closed since the beginning of this call, and may have missed this run.
                run.cancel("the executor was closed");
            }
            return run;
        } catch (RuntimeException e) {
            begun.ifPresent(run -> {
                run.failed(unforeseen(e));
                ended(run);
            });
            repository.runLock().release(id.value());
            throw e;
        }
    }

    /**
     * Makes a backup and waits for its end.
     *
     * @param store the store
     * @param request what is asked
     * @return the published backup
     * @throws BackupException as {@link #start} and {@link BackupRun#await} do
     */
    public Manifest run(Backupable store, BackupRequest request) {
        return start(store, request).await();
    }

    private void execute(Backupable store, BackupRequest request, BackupRun run) {
        Watchman watchman = new Watchman(run, watch, threads);
        LOG.info("event=backup_started repository={} job={} kind={}", repository.name(), run.jobId(), request.kind());
        run.tell("started", l -> l.started(run.job()));
        try (Ticker.Ticking ticking = ticker.every(Watch.INTERVAL, watchman::look)) {
            new AttemptRunner(repository, store, request, run, watchman::begun).run();
        } catch (RuntimeException | Error e) {
            run.failed(unforeseen(e));
        } finally {
            Job job = run.job();
            LOG.info(
                    "event=backup_ended repository={} job={} state={} bytes={} code={}",
                    repository.name(),
                    job.id(),
                    job.state(),
                    job.bytes(),
                    job.errorCode().map(ErrorCode::wireValue).orElse("none"));
            ended(run);
        }
    }

    private void ended(BackupRun run) {
        running.remove(run);
        repository.runLock().release(run.jobId());
        run.release();
    }

    private static BackupException unforeseen(Throwable e) {
        return new BackupException(ErrorCode.classify(e), "The backup failed unexpectedly: " + e, e);
    }

    /**
     * Cancels the runs in progress and releases everything that was not given by the application. Does not wait for store calls
     * that take their time to return. Closing twice does nothing more.
     */
    @Override
    public void close() {
        closed = true;
        running.forEach(run -> run.cancel("the executor was closed"));
        if (ownsThreads) {
            threads.shutdown();
        }
        if (ownScheduler != null) {
            ownScheduler.shutdown();
        }
    }

    private static ThreadFactory daemons(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Collects the values of a {@link BackupExecutor}. Used by one thread. */
    public static final class Builder {
        private final Repository repository;
        private JobStore jobs = new MemoryJobStore();
        private BackupListener listener = BackupListener.NONE;
        private Duration stallTimeout = Duration.ofHours(1);
        private Duration maxDuration = Duration.ofDays(7);
        private Duration lifeInterval = Duration.ofHours(1);
        private IdSpill idSpill = IdSpill.standard();
        private @Nullable ExecutorService threads;
        private @Nullable Ticker ticker;

        private Builder(Repository repository) {
            this.repository = repository;
        }

        /**
         * Sets where jobs are recorded; by default in memory. The caller closes it, after the executor.
         *
         * @param value the job store
         * @return this builder
         */
        public Builder jobStore(JobStore value) {
            jobs = value;
            return this;
        }

        /**
         * Sets who hears of the backups; by default nobody.
         *
         * @param value the listener
         * @return this builder
         */
        public Builder listener(BackupListener value) {
            listener = value;
            return this;
        }

        /**
         * Sets how long a run may go without moving a byte before it is ended; by default one hour.
         *
         * @param value at least a second
         * @return this builder
         */
        public Builder stallTimeout(Duration value) {
            stallTimeout = requireSecond("stallTimeout", value);
            return this;
        }

        /**
         * Sets how long a run may last before it is ended; by default 7 days.
         *
         * @param value at least a second
         * @return this builder
         */
        public Builder maxDuration(Duration value) {
            maxDuration = requireSecond("maxDuration", value);
            return this;
        }

        /**
         * Sets how often a run gives a sign of life; by default every hour. It must be well below the grace period of every
         * process that sweeps the repository.
         *
         * @param value at least a second
         * @return this builder
         */
        public Builder lifeInterval(Duration value) {
            lifeInterval = requireSecond("lifeInterval", value);
            return this;
        }

        /**
         * Sets where payload ids go that are too many for memory, and how many those are; by default
         * {@link IdSpill#standard()}.
         *
         * @param value the directory and the bound
         * @return this builder
         */
        public Builder idSpill(IdSpill value) {
            idSpill = value;
            return this;
        }

        /**
         * Sets the threads that runs use; by default the executor has its own. Each run needs one for itself and now and then
         * another. Never interrupt them.
         *
         * @param value the threads; the caller ends them, after the executor
         * @return this builder
         */
        public Builder threads(ExecutorService value) {
            threads = value;
            return this;
        }

        Builder ticker(Ticker value) {
            ticker = value;
            return this;
        }

        /** Returns the executor, which the caller closes. */
        public BackupExecutor build() {
            return new BackupExecutor(this);
        }

        private static Duration requireSecond(String what, Duration value) {
            if (value.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("Expected a " + what + " of at least a second, found " + value);
            }
            return value;
        }
    }
}
