package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces live stores by their backups, in the calling thread. Until the swap the live store is untouched, whatever fails;
 * nothing is swapped that was not verified to its end. Excludes every other run on the repository meanwhile. Safe for use by
 * several threads; no thread is ever interrupted.
 */
public final class RestoreOrchestrator {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreOrchestrator.class);

    private final Repository repository;
    private final JobStore jobs;
    private final SafetyBackup safety;
    private final RestoreListener listener;

    /**
     * Creates an orchestrator.
     *
     * @param repository where the backups are, writable: the archive is pinned while it is restored
     * @param jobs where the restore is recorded; the caller closes it
     * @param safety makes safety backups in the same repository
     * @param listener hears how far a restore is
     */
    public RestoreOrchestrator(Repository repository, JobStore jobs, SafetyBackup safety, RestoreListener listener) {
        this.repository = repository;
        this.jobs = jobs;
        this.safety = safety;
        this.listener = listener;
    }

    /**
     * Finds out what a restore would do, and reads the first byte of the backup. Takes no lock and changes nothing.
     *
     * @param request what would be asked
     * @param target what would be replaced
     * @return the backup, and everything that speaks against restoring it now
     */
    public RestorePlan dryRun(RestoreRequest request, RestoreTarget target) {
        RestorePreflight preflight = new RestorePreflight(repository);
        Manifest manifest;
        try {
            manifest = preflight.select(request.selection());
        } catch (BackupException e) {
            return new RestorePlan(null, List.of(e.getMessage()));
        }
        List<String> obstacles = new ArrayList<>(preflight.obstacles(manifest, target));
        preflight.unreadable(manifest).ifPresent(obstacles::add);
        return new RestorePlan(manifest, obstacles);
    }

    /**
     * Restores.
     *
     * @param request what is asked
     * @param target what is replaced, whose {@link RestoreTarget#recover} was called before
     * @param cancellation ends the restore; without effect once the swap has begun
     * @return what happened; failures after the swap are its warnings
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if another run holds the repository;
     *     {@link ErrorCode#STORE_MISMATCH} if the backup is of another kind or lineage;
     *     {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if there are blockers; {@link ErrorCode#BACKUP_ABORTED} if it was
     *     cancelled; else as {@link Restorer#restore(BackupId, Backupable, Cancellation)} does. The live store is as it was
     */
    public RestoreResult restore(RestoreRequest request, RestoreTarget target, Cancellation cancellation) {
        String jobId = repository.newId().value();
        repository.runLock().acquire(jobId);
        AtomicLong bytes = new AtomicLong();
        // The job names no backup before one is chosen; its own id is nobody's.
        Job job = Job.running(
                jobId,
                repository.name(),
                jobId,
                jobs.owner(),
                repository.clock().now());
        try {
            jobs.put(job);
            RestoreResult result = fenced(jobId, request, target, cancellation, bytes);
            record(job.succeeded(repository.clock().now(), bytes.get()));
            return result;
        } catch (RuntimeException | Error e) {
            ErrorCode code = ErrorCode.classify(e);
            JobState end = code == ErrorCode.BACKUP_ABORTED ? JobState.INTERRUPTED : JobState.FAILED;
            record(job.ended(end, repository.clock().now(), bytes.get(), code, String.valueOf(e.getMessage())));
            throw e;
        } finally {
            repository.runLock().release(jobId);
        }
    }

    private RestoreResult fenced(
            String jobId, RestoreRequest request, RestoreTarget target, Cancellation cancellation, AtomicLong bytes) {
        RestorePreflight preflight = new RestorePreflight(repository);
        Manifest manifest = preflight.select(request.selection());
        preflight.requireTarget(manifest, target);
        try (RestoreTarget.Fence fence = target.fence()) {
            // Whoever came in between the first look and the fence is still in the way.
            preflight.requireTarget(manifest, target);
            String pin = "restore-" + jobId;
            repository.pin(manifest.backupId(), pin, "a restore reads it");
            try {
                Optional<BackupId> before =
                        request.safetyBackupOf().map(live -> safety.make(jobId, live, cancellation));
                List<String> warnings = new ArrayList<>();
                stageAndSwap(manifest, target, cancellation, bytes, warnings);
                LOG.info(
                        "event=store_swapped repository={} job={} backup={} warnings={}",
                        repository.name(),
                        jobId,
                        manifest.backupId(),
                        warnings.size());
                return new RestoreResult(jobId, manifest, before.orElse(null), warnings);
            } finally {
                unpin(manifest.backupId(), pin);
            }
        }
    }

    private void stageAndSwap(
            Manifest manifest,
            RestoreTarget target,
            Cancellation cancellation,
            AtomicLong bytes,
            List<String> warnings) {
        StagedStore staged = staged(target, cancellation);
        boolean swapped = false;
        try {
            RestoreListener counting = (backup, progress) -> {
                bytes.set(progress.bytes());
                listener.progressed(backup, progress);
            };
            new Restorer(repository, counting).restore(manifest.backupId(), staged.store(), cancellation);
            cancellation.check();
            staged.swap();
            swapped = true;
            afterSwap("The old store is not removed", staged::cleanUp, warnings);
        } catch (IOException e) {
            throw new BackupException(ErrorCode.classify(e), "The restored store could not be swapped in: " + e, e);
        } finally {
            // A failure to discard must not hide why the restore failed; recovery removes what is left.
            afterSwap(
                    swapped ? "The restored store is not released" : "The staged store is left",
                    staged::close,
                    warnings);
        }
    }

    private static StagedStore staged(RestoreTarget target, Cancellation cancellation) {
        cancellation.check();
        try {
            return target.stage();
        } catch (IOException e) {
            throw new BackupException(ErrorCode.classify(e), "No store could be staged: " + e, e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void afterSwap(String what, Step step, List<String> warnings) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            warnings.add(what + ": " + e);
            LOG.warn("event=restore_left_something what=\"{}\"", what, e);
        }
    }

    /** The pin must not change what happened to the store. */
    private void unpin(BackupId backup, String pin) {
        try {
            repository.unpin(backup, pin);
        } catch (RuntimeException e) {
            LOG.warn("event=pin_left repository={} backup={} owner={}", repository.name(), backup, pin, e);
        }
    }

    /** The record must not change what happened to the store. */
    private void record(Job ended) {
        try {
            jobs.put(ended);
        } catch (RuntimeException e) {
            LOG.error("event=job_not_recorded job={} state={}", ended.id(), ended.state(), e);
        }
    }
}
