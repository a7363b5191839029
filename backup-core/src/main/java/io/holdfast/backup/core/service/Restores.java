package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.restore.RestoreDrill;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.core.restore.RestorePlan;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.scheduler.ScheduledTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restores and drills of one repository of a {@link BackupService}: one at a time, in the calling thread. Safe for use by
 * several threads.
 */
public final class Restores {
    private static final Logger LOG = LoggerFactory.getLogger(Restores.class);

    private final ServedRepository served;
    private final Surroundings surroundings;
    private final @Nullable RestoreTarget target;
    private final Runnable swapped;
    private final List<Runnable> whenIdle = new ArrayList<>();
    private @Nullable Turn active;

    Restores(ServedRepository served, Surroundings surroundings, @Nullable RestoreTarget target, Runnable swapped) {
        this.served = served;
        this.surroundings = surroundings;
        this.target = target;
        this.swapped = swapped;
    }

    /**
     * Finds out what a restore would do, and changes nothing; see {@link RestoreOrchestrator#plan}.
     *
     * @param selection which backup
     * @return the backup, and everything that speaks against restoring it now
     * @throws IllegalStateException if the repository was put without a target
     */
    public RestorePlan plan(RestoreSelection selection) {
        return RestoreOrchestrator.builder(served.repository(), target())
                .build()
                .plan(selection);
    }

    /**
     * Replaces the live store by a backup, and stops collections of garbage that have begun; see
     * {@link RestoreOrchestrator#restore}.
     *
     * @param request what is asked
     * @return what happened; failures after the swap are its warnings
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if a backup, restore or drill runs here, or something
     *     in another process; else as {@link RestoreOrchestrator#restore} does. The live store is as it was
     * @throws IllegalStateException if the repository was put without a target
     */
    public RestoreResult restore(RestoreRequest request) {
        RestoreTarget replaced = target();
        try (Turn turn = begin(request.listener(), request.cancellation())) {
            RestoreOrchestrator.Builder orchestrator = RestoreOrchestrator.builder(served.repository(), replaced)
                    .jobStore(surroundings.jobs())
                    .listener(turn)
                    .whenSwapped(swapped);
            if (request.safetyBackup()) {
                orchestrator.safetyBackup(new SafetyBackups(served.executor(), served.store()));
            }
            RunGuard.Lease lease = served.lease();
            try {
                RestoreResult result = orchestrator.build().restore(request.selection(), request.cancellation());
                surroundings.listeners().restored(served.settings().name(), result);
                return result;
            } finally {
                surroundings.leases().end(lease);
            }
        }
    }

    /**
     * Restores a backup into a staged store and discards that; see {@link RestoreDrill#run}. Backups go on meanwhile.
     *
     * @param selection which backup
     * @return the evidence, which is kept with the backup
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if a restore or drill runs here; else as
     *     {@link RestoreDrill#run} does
     * @throws IllegalStateException if the repository was put without a target
     */
    public Verification drill(RestoreSelection selection) {
        Cancellation cancellation = new Cancellation();
        RestoreTarget stages = target();
        try (Turn turn = begin(RestoreListener.NONE, cancellation)) {
            Verification evidence = new RestoreDrill(served.repository(), stages, surroundings.jobs(), turn)
                    .run(selection, cancellation);
            surroundings.listeners().verified(served.settings().name(), evidence);
            return evidence;
        }
    }

    /** What the scheduler runs: a drill with the newest backup, in one process. */
    ScheduledTask drills() {
        return new ScheduledTask() {
            @Override
            public void run(Instant scheduledFor) {
                scheduledDrill();
            }

            @Override
            public void cancel() {
                Restores.this.cancel("the service was closed, or the repository removed from it");
            }
        };
    }

    private void scheduledDrill() {
        String name = served.settings().name();
        try {
            Optional<RunGuard.Lease> lease = surroundings.guard().tryAcquire(name + ".drill");
            if (lease.isEmpty()) {
                LOG.info("event=drill_passed_over repository={} reason=\"another process makes it\"", name);
                return;
            }
            surroundings.leases().add(name, lease.get());
            try {
                drill(new RestoreSelection.Newest());
            } finally {
                surroundings.leases().end(lease.get());
            }
        } catch (BackupException e) {
            LOG.warn(
                    "event=drill_failed repository={} code={} reason=\"{}\"",
                    name,
                    e.code().wireValue(),
                    e.getMessage());
        }
    }

    private RestoreTarget target() {
        if (target == null) {
            throw new IllegalStateException("Expected repository "
                    + served.settings().name() + " to be put with a target for restores, found none");
        }
        return target;
    }

    boolean replaces(@Nullable RestoreTarget other) {
        return target == other;
    }

    private synchronized Turn begin(RestoreListener listener, Cancellation cancellation) {
        if (active != null) {
            throw new BackupException(
                    ErrorCode.BACKUP_ALREADY_RUNNING,
                    "Repository " + served.settings().name() + ": a restore or drill is going on, job " + active.jobId
                            + "; wait for its end, or cancel it");
        }
        Turn turn = new Turn(listener, cancellation);
        active = turn;
        return turn;
    }

    synchronized boolean busy() {
        return active != null;
    }

    /** Runs an action when nothing is restored: at once, or at the end of what is. */
    void whenIdle(Runnable action) {
        synchronized (this) {
            if (active != null) {
                whenIdle.add(action);
                return;
            }
        }
        action.run();
    }

    boolean cancel(String jobId, String reason) {
        Turn turn;
        synchronized (this) {
            turn = active;
        }
        if (turn == null || !turn.jobId.equals(jobId)) {
            return false;
        }
        turn.cancellation.cancel(reason);
        return true;
    }

    void cancel(String reason) {
        Turn turn;
        synchronized (this) {
            turn = active;
        }
        if (turn != null) {
            turn.cancellation.cancel(reason);
        }
    }

    /** What is going on. */
    private final class Turn implements RestoreListener, AutoCloseable {
        private final RestoreListener listener;
        private final Cancellation cancellation;
        private volatile String jobId = "";

        Turn(RestoreListener listener, Cancellation cancellation) {
            this.listener = listener;
            this.cancellation = cancellation;
        }

        @Override
        public void started(String id) {
            jobId = id;
            listener.started(id);
        }

        @Override
        public void progressed(RestoreProgress progress) {
            listener.progressed(progress);
        }

        @Override
        public void entered(RestorePhase phase) {
            listener.entered(phase);
        }

        @Override
        public void close() {
            List<Runnable> due;
            synchronized (Restores.this) {
                active = null;
                due = List.copyOf(whenIdle);
                whenIdle.clear();
            }
            due.forEach(Runnable::run);
        }
    }
}
