package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.RunContext;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.repository.DownloadWatch;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores backups into empty stores, in the calling thread. Safe for use by several threads.
 *
 * <p>A store whose restore failed must be thrown away, whatever is in it: only a return without an exception means that the
 * whole payload was verified.
 */
public final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);

    private final Repository repository;
    private final RestoreListener listener;

    /**
     * Creates a restorer that tells nobody how far it is.
     *
     * @param repository where the backups are
     */
    public Restorer(Repository repository) {
        this(repository, RestoreListener.NONE);
    }

    /**
     * Creates a restorer.
     *
     * @param repository where the backups are
     * @param listener hears how far a restore is
     */
    public Restorer(Repository repository, RestoreListener listener) {
        this.repository = repository;
        this.listener = listener;
    }

    /**
     * Returns the newest backup that is not a safety backup: the one that {@link #restoreNewest} takes.
     *
     * @return the backup
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is none. If the newest is damaged, with the code of
     *     its damage: an older one must be asked for by its id, so that nobody loses newer data without noticing
     */
    public BackupEntry newest() {
        List<BackupEntry> backups = repository.list();
        for (int i = backups.size() - 1; i >= 0; i--) {
            BackupEntry entry = backups.get(i);
            boolean safety = entry.manifest()
                    .filter(manifest -> manifest.kind() == BackupKind.SAFETY)
                    .isPresent();
            if (entry.state() == State.DELETING || safety) {
                continue;
            }
            if (entry.state() == State.DAMAGED) {
                throw damaged(entry, olderThan(backups.subList(0, i)));
            }
            return entry;
        }
        throw new BackupException(
                ErrorCode.BACKUP_NOT_FOUND,
                "Expected a backup in " + repository.destination().location() + ", found none to restore");
    }

    private static String olderThan(List<BackupEntry> older) {
        return older.stream()
                .filter(entry -> entry.state() == State.AVAILABLE)
                .reduce((a, b) -> b)
                .map(entry -> "; the newest sound one before it is " + entry.id() + ", which can be restored by its id")
                .orElse("; no older one is sound");
    }

    /**
     * Restores the newest backup that is not a safety backup.
     *
     * @param store an empty store
     * @return the backup that was restored
     * @throws BackupException as {@link #newest} and {@link #restore} do
     */
    public Manifest restoreNewest(Backupable store) {
        return restore(newest().id(), store, new Cancellation());
    }

    /**
     * Restores a backup.
     *
     * @param backup its id
     * @param store an empty store
     * @return the backup that was restored
     * @throws BackupException as {@link #restore(BackupId, Backupable, Cancellation)} does
     */
    public Manifest restore(BackupId backup, Backupable store) {
        return restore(backup, store, new Cancellation());
    }

    /**
     * Restores a backup, unless it is cancelled on the way.
     *
     * @param backup its id
     * @param store an empty store
     * @param cancellation ends the restore
     * @return the backup that was restored
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is no such backup; with the code of its damage if
     *     its description or objects are known to be bad, before the store is touched; {@link ErrorCode#INTEGRITY_MISMATCH} if
     *     its bytes turn out to be bad; {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} or {@link ErrorCode#DECRYPTION_FAILED} if
     *     they cannot be decrypted here; {@link ErrorCode#RESTORE_CORRUPT} or what else the store throws if it refuses them; with
     *     a code of the destination if that fails
     * @throws io.holdfast.backup.RestoreDestinationNotEmptyException if the store holds data, which was not touched
     * @throws BackupAbortedException if it was cancelled
     */
    public Manifest restore(BackupId backup, Backupable store, Cancellation cancellation) {
        BackupEntry entry = repository.get(backup);
        // What an earlier verification said may have been mended since, and every byte is checked again on the way.
        if (entry.manifest().isEmpty() || damagedInListing(entry)) {
            throw damaged(entry, "");
        }
        Manifest manifest = entry.manifest().get();
        RunContext context = new RunContext(repository.clock(), cancellation, IdSpill.standard());
        Instant began = repository.clock().now();
        LOG.info("event=restore_started repository={} backup={}", repository.name(), backup);
        // A broken download is told by the thread that reads ahead, bytes by this one: never both at once.
        Object telling = new Object();
        Runnable tell = () -> {
            synchronized (telling) {
                listener.progressed(new RestoreProgress(
                        manifest,
                        context.progress(),
                        Duration.between(began, repository.clock().now())));
            }
        };
        DownloadWatch watch = new DownloadWatch(cancellation, () -> {
            context.resumed();
            tell.run();
        });
        try (context;
                InputStream plain = repository.reader(manifest).watchedBy(watch).payload()) {
            StoreInput input = new StoreInput(plain, cancellation, bytes -> {
                context.passed(bytes);
                tell.run();
            });
            callStore(store, input, context, cancellation);
            drain(input);
        } catch (IOException e) {
            throw new BackupException(ErrorCode.classify(e), "Backup " + backup + " could not be read: " + e, e);
        }
        LOG.info(
                "event=restore_ended repository={} backup={} bytes={} resumptions={}",
                repository.name(),
                backup,
                manifest.plainSize(),
                context.progress().resumptions());
        return manifest;
    }

    private static boolean damagedInListing(BackupEntry entry) {
        return entry.damage().isPresent()
                && !entry.damage().equals(entry.verification().flatMap(v -> v.damage()));
    }

    private static BackupException damaged(BackupEntry entry, String advice) {
        Damage damage = entry.damage().orElseThrow();
        return new BackupException(damage.code(), "Backup " + entry.id() + " is damaged: " + damage.message() + advice);
    }

    private static void callStore(Backupable store, StoreInput input, RunContext context, Cancellation cancellation)
            throws IOException {
        try {
            store.restore(input, context);
        } catch (IOException | RuntimeException | Error e) {
            throw blame(input, cancellation, e);
        }
        if (input.failure().isPresent()) {
            throw blame(input, cancellation, input.failure().get());
        }
    }

    /** Cancelled; else the first that failed below the stream; else the store. */
    private static BackupException blame(StoreInput input, Cancellation cancellation, Throwable thrown) {
        if (cancellation.requested()) {
            return new BackupAbortedException("The restore was cancelled", thrown);
        }
        Throwable culprit = input.failure().orElse(thrown);
        if (culprit instanceof BackupException known) {
            return known;
        }
        return new BackupException(
                input.failure().isPresent() ? ErrorCode.classify(culprit) : ErrorCode.SOURCE_UNAVAILABLE,
                "The restore failed: " + culprit,
                culprit);
    }

    /** A store that stops early must still not have been fed a bad payload, nor have missed a part of a good one. */
    private static void drain(StoreInput input) throws IOException {
        if (input.verified()) {
            return;
        }
        byte[] rest = new byte[1 << 16];
        long left = 0;
        for (int n = input.read(rest); n >= 0; n = input.read(rest)) {
            left += n;
        }
        if (left > 0) {
            throw new RestoreCorruptException(
                    "Expected the store to read its whole snapshot, found " + left + " bytes that it did not want");
        }
    }
}
