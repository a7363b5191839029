package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of one restore, under the run lock of its repository. Used by one thread, once. */
final class RestoreRun {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreRun.class);

    private final Repository repository;
    private final RestoreTarget target;
    private final RestoreListener listener;
    private final Runnable swapped;
    private final Cancellation cancellation;
    private final JobRecord job;
    private final List<String> warnings = new ArrayList<>();
    private @Nullable BackupId before;

    RestoreRun(
            Repository repository,
            RestoreTarget target,
            RestoreListener listener,
            Runnable swapped,
            Cancellation cancellation,
            JobRecord job) {
        this.repository = repository;
        this.target = target;
        this.listener = listener;
        this.swapped = swapped;
        this.cancellation = cancellation;
        this.job = job;
    }

    RestoreResult restore(RestoreSelection selection, Optional<SafetyBackup> safetyBackup) {
        enter(RestorePhase.CHECKING);
        RestorePreflight preflight = new RestorePreflight(repository);
        Manifest manifest = preflight.select(selection);
        job.backup(manifest.backupId());
        preflight.requireTarget(manifest, target);
        BackupId backup = manifest.backupId();
        RestorePins pins = new RestorePins(repository);
        // Before the first byte is read: else retention could still take the backup away, and that would look like
        // damage.
        pins.pin(backup, job.job());
        Manifest restored;
        try {
            preflight.requireReadable(manifest);
            restored = fenced(preflight, manifest, safetyBackup);
        } finally {
            // The pin must not change what has happened to the store.
            attempt("The pin of backup " + backup + " is left", () -> pins.unpin(backup, job.job()));
        }
        LOG.info(
                "event=store_replaced repository={} job={} backup={} warnings={}",
                repository.name(),
                job.id(),
                backup,
                warnings.size());
        return new RestoreResult(job.id(), restored, before, warnings);
    }

    private Manifest fenced(RestorePreflight preflight, Manifest manifest, Optional<SafetyBackup> safetyBackup) {
        try (RestoreTarget.Fence fence = target.fence()) {
            // Whoever came in between the first look and the fence is still in the way.
            preflight.requireTarget(manifest, target);
            safetyBackup.ifPresent(maker -> {
                enter(RestorePhase.BACKING_UP);
                before = maker.take(job.id(), cancellation);
            });
            return replace(manifest.backupId());
        }
    }

    private Manifest replace(BackupId backup) {
        enter(RestorePhase.LOADING);
        StagedStore staged = staged();
        try {
            Manifest restored = new Restorer(repository, this::passed).restore(backup, staged.store(), cancellation);
            enter(RestorePhase.SWAPPING);
            swap(staged);
            attempt("Nobody was told of the swap", swapped::run);
            attempt("The phase is not reported", () -> enterAfterSwap());
            attempt("The old store is not removed", staged::cleanUp);
            return restored;
        } finally {
            // Recovery removes what is left; a failure here must not hide what happened before.
            attempt("The staged store is not released", staged::close);
        }
    }

    private StagedStore staged() {
        try {
            return target.stage();
        } catch (IOException e) {
            throw new BackupException(ErrorCode.classify(e), "No store could be staged: " + e, e);
        }
    }

    private static void swap(StagedStore staged) {
        try {
            staged.swap();
        } catch (IOException e) {
            throw new BackupException(
                    ErrorCode.classify(e), "The restored store could not be put in the place of the live one: " + e, e);
        }
    }

    private void passed(RestoreProgress progress) {
        job.passed(progress.progress().bytes());
        listener.progressed(progress);
    }

    private void enter(RestorePhase phase) {
        cancellation.check();
        job.doing(phase.name());
        listener.entered(phase);
    }

    /** From here on nothing can be cancelled. */
    private void enterAfterSwap() {
        job.doing(RestorePhase.CLEANING_UP.name());
        listener.entered(RestorePhase.CLEANING_UP);
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(String consequence, Action action) {
        try {
            action.run();
        } catch (IOException | RuntimeException e) {
            warnings.add(consequence + ": " + e.getMessage());
            LOG.warn(
                    "event=restore_left_something repository={} job={} what=\"{}\" code={}",
                    repository.name(),
                    job.id(),
                    consequence,
                    ErrorCode.classify(e).wireValue(),
                    e);
        }
    }
}
