package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves that a backup can be restored: loads it into a staged store, lets that look into itself, and discards it. The live
 * store is neither fenced nor touched, and backups go on meanwhile. Runs in the calling thread; safe for use by several threads,
 * as far as the target can stage several stores.
 */
public final class RestoreDrill {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreDrill.class);
    private static final Set<ErrorCode> DAMAGE = Set.of(
            ErrorCode.INTEGRITY_MISMATCH,
            ErrorCode.BACKUP_INCOMPLETE,
            ErrorCode.DECRYPTION_FAILED,
            ErrorCode.RESTORE_CORRUPT);

    private final Repository repository;
    private final RestoreTarget target;
    private final JobStore jobs;
    private final RestoreListener listener;

    /**
     * Creates a drill.
     *
     * @param repository where the backups are; the caller closes it
     * @param target stages stores
     * @param jobs where drills are recorded; the caller closes it
     * @param listener hears how far a drill is
     */
    public RestoreDrill(Repository repository, RestoreTarget target, JobStore jobs, RestoreListener listener) {
        this.repository = repository;
        this.target = target;
        this.jobs = jobs;
        this.listener = listener;
    }

    /**
     * Restores a backup into a staged store and discards that. The evidence is kept with the backup and shown in listings, unless
     * the repository is read-only.
     *
     * @param selection which backup
     * @param cancellation ends the drill
     * @return the evidence, at level {@link VerifyLevel#RESTORED}; damage of the backup is a result, not an exception
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is no such backup; with the code of its damage if it
     *     was known to be bad; {@link ErrorCode#BACKUP_ABORTED} if the drill was cancelled; else as the destination or the staged
     *     store fails, which says nothing about the backup
     */
    public Verification run(RestoreSelection selection, Cancellation cancellation) {
        JobRecord job = JobRecord.begin(JobKind.DRILL, repository, jobs);
        listener.started(job.id());
        try {
            Manifest manifest = new RestorePreflight(repository).select(selection);
            job.backup(manifest.backupId());
            RestorePins pins = new RestorePins(repository);
            pins.pin(manifest.backupId(), job.job());
            Verification evidence;
            try {
                evidence = tried(manifest, cancellation, job);
            } finally {
                pins.unpin(manifest.backupId(), job.job());
            }
            repository.keep(evidence);
            evidence.damage()
                    .ifPresentOrElse(
                            damage -> job.failed(new BackupException(damage.code(), damage.message())), job::succeeded);
            LOG.info(
                    "event=drill_ended repository={} job={} backup={} sound={} took_millis={}",
                    repository.name(),
                    job.id(),
                    manifest.backupId(),
                    evidence.sound(),
                    evidence.took().toMillis());
            return evidence;
        } catch (RuntimeException | Error e) {
            job.failed(e);
            throw e;
        }
    }

    private Verification tried(Manifest manifest, Cancellation cancellation, JobRecord job) {
        Instant began = repository.clock().now();
        String checked = null;
        Damage damage = null;
        try {
            checked = staged(manifest, cancellation, job).orElse(null);
        } catch (BackupException e) {
            if (!DAMAGE.contains(e.code())) {
                throw e;
            }
            damage = new Damage(e.code(), String.valueOf(e.getMessage()));
        }
        return evidence(manifest, began, checked, damage);
    }

    private Verification evidence(Manifest manifest, Instant began, @Nullable String checked, @Nullable Damage damage) {
        Instant ended = repository.clock().now();
        return new Verification(
                manifest.repositoryId(),
                manifest.backupId(),
                VerifyLevel.RESTORED,
                ended.truncatedTo(ChronoUnit.MILLIS),
                manifest.payload().size(),
                Duration.between(began, ended),
                checked,
                damage);
    }

    private Optional<String> staged(Manifest manifest, Cancellation cancellation, JobRecord job) {
        RestoreListener counting = progress -> {
            job.passed(progress.progress().bytes());
            listener.progressed(progress);
        };
        try (StagedStore staged = target.stage()) {
            new Restorer(repository, counting).restore(manifest.backupId(), staged.store(), cancellation);
            cancellation.check();
            return staged.probe();
        } catch (IOException e) {
            throw new BackupException(
                    ErrorCode.classify(e),
                    "The drill with backup " + manifest.backupId() + " could not be made: " + e,
                    e);
        }
    }
}
