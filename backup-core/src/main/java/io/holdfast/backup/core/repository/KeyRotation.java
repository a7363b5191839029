package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps keys anew, without touching what they encrypt. New wrapped keys are written and read back first; then those that were
 * listed before are removed. So whatever is cut off, and whoever rotates at the same time, at least one wrapped key of every
 * backup stays. Safe for use by several threads.
 */
public final class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final Repository repository;
    private final RepositoryConfig config;
    private final Destination destination;
    private final EncryptedProtection protection;

    /**
     * Creates a rotation.
     *
     * @param repository an encrypted repository that can be written, configured with the new recipients, and with whatever keys
     *     the old wrapped keys need
     * @throws BackupException with {@link ErrorCode#DESTINATION_PERMISSION_DENIED} if it is read-only;
     *     {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if it is not encrypted
     */
    public KeyRotation(Repository repository) {
        this.repository = repository;
        this.config = repository.writable();
        this.destination = repository.storage();
        if (!(repository.protection() instanceof EncryptedProtection encrypted)) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Expected an encrypted repository, found that " + repository.name() + " is plain");
        }
        this.protection = encrypted;
    }

    /** Hears how far a rotation is. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Some more is done. Called in the rotation's thread.
         *
         * @param done how many backups are, failed ones too
         * @param total how many there are
         */
        void progressed(int done, int total);
    }

    /**
     * What a rotation did.
     *
     * @param rotated the backups whose data keys are wrapped anew
     * @param failures what could not be done and why, in words for an operator; the old wrapped keys of these are still there
     */
    public record Report(List<BackupId> rotated, List<String> failures) {
        /** Creates a report, with copies of the lists. */
        public Report {
            rotated = List.copyOf(rotated);
            failures = List.copyOf(failures);
        }
    }

    /**
     * Wraps a backup's data key for one recipient, in the place of all others.
     *
     * @param backup its id
     * @param newReference the recipient
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is no such backup, or its deletion has begun; with
     *     the code of its damage if its manifest cannot be read; {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} or
     *     {@link ErrorCode#DECRYPTION_FAILED} if its data key cannot be unwrapped here
     */
    public void rewrap(BackupId backup, String newReference) {
        rewrap(repository.get(backup), List.of(WrappedKey.requireReference(newReference)));
    }

    /**
     * Wraps the repository key and the data key of every published backup for the configured recipients, in the place of all
     * others. One failure does not stop the rest. Backups in flight keep the keys that they began with: rotate again when they
     * have ended.
     *
     * @param listener hears how far it is
     * @param cancellation ends it between two backups
     * @return what was done, and what could not be
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if a run on this repository is in progress, or another
     *     process rotates the same keys; {@link ErrorCode#BACKUP_ABORTED} if it was cancelled; with another code if the backups cannot be listed, or the
     *     repository key cannot be wrapped
     */
    public Report rotateAll(Listener listener, Cancellation cancellation) {
        String run = repository.newId().value();
        repository.runLock().acquire(run);
        try {
            rotateRepositoryKey();
            return rotateBackups(listener, cancellation);
        } finally {
            repository.runLock().release(run);
        }
    }

    private void rotateRepositoryKey() {
        String repositoryId = repository.id().orElseThrow();
        KeyFolder folder = KeyFolder.ofRepository(destination);
        List<String> before = folder.list();
        List<WrappedKey> wrapped = new RepositoryKeys(
                        destination, config.encryption().orElseThrow(), protection.ring())
                .wrap(protection.repositoryKey(), repositoryId, config.clock().now());
        write(folder, wrapped, new ArrayList<>());
        before.forEach(destination::delete);
        LOG.info(
                "event=repository_key_rotated repository={} added={} removed={}",
                repository.name(),
                wrapped.size(),
                before.size());
    }

    private Report rotateBackups(Listener listener, Cancellation cancellation) {
        List<BackupEntry> entries = repository.list();
        List<BackupId> rotated = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int done = 0;
        for (BackupEntry entry : entries) {
            cancellation.check();
            try {
                rewrap(entry, protection.ring().recipients());
                rotated.add(entry.id());
            } catch (BackupException e) {
                LOG.warn(
                        "event=key_not_rotated backup={} code={} reason=\"{}\"",
                        entry.id(),
                        e.code().wireValue(),
                        e.getMessage());
                failures.add(entry.id() + ": " + e.getMessage());
            }
            listener.progressed(++done, entries.size());
        }
        return new Report(rotated, failures);
    }

    private void rewrap(BackupEntry entry, List<String> recipients) {
        Manifest manifest = entry.manifest().orElseThrow(() -> {
            var damage = entry.damage().orElseThrow();
            return new BackupException(damage.code(), "Backup " + entry.id() + " is damaged: " + damage.message());
        });
        KeyFolder folder = KeyFolder.of(destination, entry.id());
        List<String> before = folder.list();
        List<WrappedKey> wrapped;
        try (KeyMaterial dataKey = protection.dataKey(manifest.repositoryId(), entry.id())) {
            wrapped = protection.wrap(
                    dataKey,
                    manifest.repositoryId(),
                    entry.id(),
                    recipients,
                    config.clock().now());
        }
        List<String> written = new ArrayList<>();
        try {
            write(folder, wrapped, written);
            requireStillThere(entry.id());
        } catch (RuntimeException e) {
            // A deletion that was at work may not have seen what was just written.
            remove(written, e);
            throw e;
        }
        before.forEach(destination::delete);
    }

    private void requireStillThere(BackupId id) {
        if (repository.get(id).state() == BackupEntry.State.DELETING) {
            throw Deleter.notFound(id);
        }
    }

    private void remove(List<String> written, RuntimeException reason) {
        try {
            written.forEach(destination::delete);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void write(KeyFolder folder, List<WrappedKey> wrapped, List<String> written) {
        Supplier<BackupId> names = repository.names();
        for (WrappedKey key : wrapped) {
            BackupId name = names.get();
            written.add(folder.keyOf(name));
            folder.write(name, key, protection.codec());
        }
    }
}
