package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a live store by a backup, in the calling thread: checks, fences the store, backs it up if asked, pins the archive, fills
 * a staged store, verifies the whole payload, swaps, cleans up. Until the swap the live store is untouched, whatever fails; after
 * it, what fails is a warning. Safe for use by several threads; never interrupts one.
 *
 * <p>A restore holds the run lock of the repository, so that no backup of the store is in progress. A job records what it is doing.
 * What a crash interrupts is finished or rolled back by {@link #recover} at the next start.
 */
public final class RestoreOrchestrator {
    private final Repository repository;
    private final RestoreTarget target;
    private final JobStore jobs;
    private final RestoreListener listener;
    private final Runnable swapped;
    private final @Nullable SafetyBackup safetyBackup;

    private RestoreOrchestrator(Builder builder) {
        this.repository = builder.repository;
        this.target = builder.target;
        this.jobs = builder.jobs;
        this.listener = builder.listener;
        this.swapped = builder.swapped;
        this.safetyBackup = builder.safetyBackup;
    }

    /**
     * Begins an orchestrator.
     *
     * @param repository where the backups are; the caller closes it. A read-only one works too, without a pin
     * @param target the store that is to be replaced
     * @return a builder with the default of every other value
     */
    public static Builder builder(Repository repository, RestoreTarget target) {
        return new Builder(repository, target);
    }

    /**
     * Finds out what a restore would do, and reads the first byte of the backup. Takes no lock and changes nothing.
     *
     * @param selection which backup
     * @return the backup, and everything that speaks against restoring it now
     */
    public RestorePlan plan(RestoreSelection selection) {
        RestorePreflight preflight = new RestorePreflight(repository);
        Manifest manifest;
        try {
            manifest = preflight.select(selection);
        } catch (BackupException e) {
            return new RestorePlan(null, List.of(String.valueOf(e.getMessage())));
        }
        List<String> obstacles = new ArrayList<>(preflight.obstacles(manifest, target));
        Optional<String> running = repository.runLock().holder();
        running.ifPresent(
                job -> obstacles.add("Job " + job + " runs on the repository; wait for its end, or cancel it"));
        try {
            preflight.requireReadable(manifest);
        } catch (BackupException e) {
            obstacles.add(String.valueOf(e.getMessage()));
        }
        return new RestorePlan(manifest, obstacles);
    }

    /**
     * Restores.
     *
     * @param selection which backup
     * @param cancellation ends the restore; without effect once the swap has begun
     * @return what happened; failures after the swap are its warnings
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if another run holds the repository;
     *     {@link ErrorCode#BACKUP_NOT_FOUND} if there is no such backup; the code of its damage if it is known to be bad;
     *     {@link ErrorCode#STORE_MISMATCH} if it is of another kind or lineage;
     *     {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if there are blockers, or the store cannot be fenced;
     *     {@link ErrorCode#BACKUP_ABORTED} if it was cancelled; else as {@link Restorer#restore} does, or as the store fails. The
     *     live store is as it was
     */
    public RestoreResult restore(RestoreSelection selection, Cancellation cancellation) {
        JobRecord job = JobRecord.begin(JobKind.RESTORE, repository, jobs);
        listener.started(job.id());
        try {
            repository.runLock().acquire(job.id());
            try {
                RestoreRun run = new RestoreRun(repository, target, listener, swapped, cancellation, job);
                RestoreResult result = run.restore(selection, Optional.ofNullable(safetyBackup));
                job.succeeded();
                return result;
            } finally {
                repository.runLock().release(job.id());
            }
        } catch (RuntimeException | Error e) {
            job.failed(e);
            throw e;
        }
    }

    /**
     * Brings a restore that a crash interrupted to a clean end: the live store is the old one or the new one, whole, and nothing
     * else is left, the pins of ended jobs neither. Called at the start, before the store is opened; does nothing when there is
     * nothing to do.
     *
     * @return what was done, in words for an operator
     * @throws IOException if the store cannot be recovered now; the state is left for the next call
     * @throws BackupException if the store is recovered, and the repository cannot be asked or changed now
     */
    public List<String> recover() throws IOException {
        List<String> done = new ArrayList<>(target.recover());
        done.addAll(new RestorePins(repository).releaseEnded(jobs));
        return List.copyOf(done);
    }

    /** Collects the values of a {@link RestoreOrchestrator}. Used by one thread. */
    public static final class Builder {
        private final Repository repository;
        private final RestoreTarget target;
        private JobStore jobs = new MemoryJobStore();
        private RestoreListener listener = RestoreListener.NONE;
        private Runnable swapped = () -> {};
        private @Nullable SafetyBackup safetyBackup;

        private Builder(Repository repository, RestoreTarget target) {
            this.repository = repository;
            this.target = target;
        }

        /**
         * Sets where restores are recorded; by default in memory.
         *
         * @param value the job store; the caller closes it
         * @return this builder
         */
        public Builder jobStore(JobStore value) {
            jobs = value;
            return this;
        }

        /**
         * Sets who hears how far restores are; by default nobody.
         *
         * @param value the listener
         * @return this builder
         */
        public Builder listener(RestoreListener value) {
            listener = value;
            return this;
        }

        /**
         * Sets what is called right after a swap, before the old store is removed: collections of garbage that have begun must not
         * go on. What it throws is a warning.
         *
         * @param value what to do
         * @return this builder
         */
        public Builder whenSwapped(Runnable value) {
            swapped = value;
            return this;
        }

        /**
         * Sets what backs up the live store before it is replaced; by default nothing does.
         *
         * @param value makes the backup
         * @return this builder
         */
        public Builder safetyBackup(SafetyBackup value) {
            safetyBackup = value;
            return this;
        }

        /** Returns the orchestrator. */
        public RestoreOrchestrator build() {
            return new RestoreOrchestrator(this);
        }
    }
}
