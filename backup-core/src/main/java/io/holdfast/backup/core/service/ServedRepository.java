package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.retention.RetentionPlan;
import io.holdfast.backup.core.retention.RetentionPlanner;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.retention.RetentionRunner;
import io.holdfast.backup.core.scheduler.ScheduledTask;
import io.holdfast.backup.core.scheduler.Timetable;
import io.holdfast.backup.destination.Destination;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One repository of a service: opened when it is first needed, and again when that failed. Safe for use by several threads. */
final class ServedRepository implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(ServedRepository.class);

    /** How far the clocks of two hosts may be apart when one looks for what the other has done. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(30);

    private final Surroundings surroundings;
    private final Backupable store;
    private final BackupHold hold;
    private final Restores restores;
    private final Object opening = new Object();
    private final Set<BackupId> inUse = ConcurrentHashMap.newKeySet();
    private final Cancellation closing = new Cancellation();
    private final Instant since;
    private volatile RepositorySettings settings;
    private volatile @Nullable Open open;
    private volatile @Nullable BackupRun current;

    ServedRepository(
            RepositorySettings settings,
            Backupable store,
            @Nullable RestoreTarget target,
            Surroundings surroundings,
            BackupHold hold) {
        this.settings = settings;
        this.store = store;
        this.surroundings = surroundings;
        this.hold = hold;
        this.restores = new Restores(this, surroundings, target, hold::storeSwapped);
        this.since = surroundings.clock().now();
    }

    /** Since when the service knows it. */
    Instant since() {
        return since;
    }

    /** What is there once the destination could be opened. */
    private record Open(Destination destination, Repository repository, BackupExecutor executor)
            implements AutoCloseable {
        @Override
        public void close() {
            try (destination) {
                repository.close();
            }
        }
    }

    RepositorySettings settings() {
        return settings;
    }

    /** Takes settings that need nothing to be opened anew. */
    void change(RepositorySettings changed) {
        settings = changed;
    }

    boolean serves(Backupable otherStore, @Nullable RestoreTarget otherTarget) {
        return store == otherStore && restores.replaces(otherTarget);
    }

    Backupable store() {
        return store;
    }

    Repository repository() {
        return open().repository();
    }

    BackupExecutor executor() {
        return open().executor();
    }

    Restores restores() {
        return restores;
    }

    private Open open() {
        Open present = open;
        if (present != null) {
            return present;
        }
        synchronized (opening) {
            closing.check();
            if (open != null) {
                return open;
            }
            Destination destination = surroundings.opener().apply(settings.destination());
            try {
                Repository repository = Repository.open(
                        destination,
                        settings.repositoryConfig()
                                .clock(surroundings.clock())
                                .owner(surroundings.jobs().owner())
                                .build());
                BackupExecutor executor = BackupExecutor.builder(repository)
                        .jobStore(surroundings.jobs())
                        .listener(surroundings.listeners())
                        .stallTimeout(settings.stallTimeout())
                        .maxDuration(settings.maxDuration())
                        .idSpill(surroundings.idSpill())
                        .threads(surroundings.threads())
                        .build();
                Open fresh = new Open(destination, repository, executor);
                open = fresh;
                hold.hold(repository);
                return fresh;
            } catch (RuntimeException e) {
                destination.close();
                throw e;
            }
        }
    }

    Optional<BackupRun> current() {
        return Optional.ofNullable(current).filter(run -> !run.job().state().terminal());
    }

    /** Begins a backup, unless one runs here or elsewhere. */
    BackupRun begin(BackupRequest request) {
        Open ready = open();
        RunGuard.Lease lease = lease();
        BackupRun run;
        try {
            requireNotDone(ready.repository(), request);
            newest().lookFor(ready.repository());
            run = ready.executor().start(store, request);
        } catch (RuntimeException e) {
            surroundings.leases().end(lease);
            throw e;
        }
        current = run;
        run.whenReleased(() -> surroundings.leases().end(lease));
        run.whenReleased(() -> {
            if (run.job().state() == JobState.SUCCEEDED) {
                newest().remember(new BackupId(run.job().backupId()));
            }
        });
        return run;
    }

    /** Takes the lock that keeps other processes off, which is extended until it is ended. */
    RunGuard.Lease lease() {
        RunGuard.Lease lease = surroundings
                .guard()
                .tryAcquire(settings.name())
                .orElseThrow(() -> new Locked(settings.name(), runningHere()));
        surroundings.leases().add(settings.name(), lease);
        return lease;
    }

    private NewestBackup newest() {
        return new NewestBackup(surroundings.jobs(), settings.name());
    }

    private Optional<String> runningHere() {
        return Optional.ofNullable(open)
                .flatMap(present -> present.repository().runLock().holder());
    }

    private static final class Locked extends BackupException {
        private static final long serialVersionUID = 1L;

        Locked(String repository, Optional<String> runningHere) {
            super(
                    ErrorCode.BACKUP_ALREADY_RUNNING,
                    runningHere
                            .map(job -> "Repository " + repository + ": job " + job
                                    + " is running and holds its lock; wait for it or cancel it")
                            .orElse("Repository " + repository + ": another process holds its lock; wait for its run"));
        }
    }

    /** The lock alone does not say that nobody has done it: the process before may have been faster. */
    private static void requireNotDone(Repository repository, BackupRequest request) {
        Instant tick = request.scheduledForOrNull();
        if (tick == null) {
            return;
        }
        repository.listSince(tick.minus(CLOCK_SKEW)).stream()
                .filter(backup -> backup.manifest()
                        .flatMap(m -> m.scheduledFor())
                        .filter(tick::equals)
                        .isPresent())
                .findFirst()
                .ifPresent(backup -> {
                    throw new BackupException(
                            ErrorCode.BACKUP_ALREADY_RUNNING,
                            "Repository " + repository.name() + ": backup " + backup.id() + " was made for " + tick
                                    + " already");
                });
    }

    /** Begins the scheduled backup, and lets retention follow it. */
    @Override
    public void run(Instant scheduledFor) {
        try {
            BackupRun run = begin(new BackupRequest(BackupKind.SCHEDULED, new TreeMap<>(), scheduledFor));
            run.whenReleased(() -> {
                if (run.job().state() == JobState.SUCCEEDED) {
                    surroundings.threads().execute(this::retainQuietly);
                }
            });
        } catch (Locked e) {
            // Its holder may have died: then nobody makes this backup unless somebody looks again.
            lookAgain(scheduledFor);
        } catch (BackupException e) {
            if (e.code() == ErrorCode.BACKUP_ALREADY_RUNNING) {
                LOG.info(
                        "event=run_passed_over repository={} scheduled_for={} reason=\"{}\"",
                        settings.name(),
                        scheduledFor,
                        e.getMessage());
                surroundings.listeners().skipped(settings.name(), String.valueOf(e.getMessage()));
                return;
            }
            record(e);
        }
    }

    private void lookAgain(Instant scheduledFor) {
        Instant at = surroundings.clock().now().plus(LOOK_AGAIN_AFTER);
        surroundings.alarmClock().wakeAt(at, () -> lookAgainAt(at, scheduledFor));
    }

    private void lookAgainAt(Instant at, Instant scheduledFor) {
        Instant now = surroundings.clock().now();
        Timetable timetable = settings.timetable().orElse(null);
        if (closing.requested()
                || timetable == null
                || !timetable
                        .schedule()
                        .next(scheduledFor)
                        .plus(timetable.offset())
                        .isAfter(now)) {
            // The next instant has come, and is somebody's business already.
            return;
        }
        if (now.isBefore(at)) {
            surroundings.alarmClock().wakeAt(at, () -> lookAgainAt(at, scheduledFor));
            return;
        }
        try {
            surroundings.threads().execute(() -> run(scheduledFor));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "event=run_missed repository={} scheduled_for={} reason=\"no thread\"",
                    settings.name(),
                    scheduledFor);
        }
    }

    /** A run that could not even begin has no job: it gets one, so that everybody sees why there is no backup. */
    private void record(BackupException failure) {
        LOG.warn(
                "event=run_not_begun repository={} code={} reason=\"{}\"",
                settings.name(),
                failure.code().wireValue(),
                failure.getMessage());
        BackupId id = new BackupIdGenerator(surroundings.clock(), new SecureRandom()).next(Optional.empty());
        Instant now = surroundings.clock().now();
        Job job = Job.running(
                        id.value(),
                        settings.name(),
                        id.value(),
                        surroundings.jobs().owner(),
                        now)
                .ended(JobState.FAILED, now, 0, failure.code(), String.valueOf(failure.getMessage()));
        surroundings.jobs().put(job);
        surroundings.listeners().failed(job, failure);
    }

    Verification verify(BackupId backup, VerifyLevel level) {
        inUse.add(backup);
        try {
            Verification verification = new Verifier(repository()).verify(backup, level);
            surroundings.listeners().verified(settings.name(), verification);
            return verification;
        } finally {
            inUse.remove(backup);
        }
    }

    RetentionPlan planRetention() {
        newest().lookFor(repository());
        RetentionPlan plan = RetentionPlanner.plan(
                repository().list(),
                Set.copyOf(inUse),
                settings.retention(),
                surroundings.clock().now());
        return newest().doubt().map(plan::withDoubt).orElse(plan);
    }

    RetentionReport retain() {
        RetentionPlan plan = planRetention();
        RetentionReport report = new RetentionRunner(repository())
                .run(plan, Confirmations.of(surroundings.jobs(), settings.name()), inUse::contains, closing);
        surroundings.listeners().retentionEnded(settings.name(), report);
        return report;
    }

    private void retainQuietly() {
        if (settings.retention().keepsAll()) {
            return;
        }
        try {
            retain();
        } catch (BackupException e) {
            LOG.warn(
                    "event=retention_failed repository={} code={} reason=\"{}\"",
                    settings.name(),
                    e.code().wireValue(),
                    e.getMessage());
        }
    }

    @Override
    public void cancel() {
        cancel("the service was closed, or the repository removed from it");
    }

    private void cancel(String reason) {
        current().ifPresent(run -> run.cancel(reason));
    }

    /** Whether a store's call has not returned yet, so that the repository must not be opened a second time. */
    boolean busy() {
        BackupRun run = current;
        return restores.busy() || (run != null && !run.released());
    }

    /** Ends what runs. Backups can still be listed. */
    void retire() {
        closing.cancel("the repository was removed");
        restores.cancel("the service was closed, or the repository removed from it");
        Open ready = open;
        if (ready != null) {
            ready.executor().close();
        }
    }

    /** Releases the destination, as soon as nothing needs it any more. Does not wait for that. */
    void close() {
        synchronized (opening) {
            retire();
            Open ready = open;
            if (ready == null) {
                return;
            }
            BackupRun run = current;
            if (run == null) {
                restores.whenIdle(ready::close);
            } else {
                run.whenReleased(() -> restores.whenIdle(ready::close));
            }
        }
    }
}
