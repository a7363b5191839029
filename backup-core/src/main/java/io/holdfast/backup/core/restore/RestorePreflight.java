package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the backup of a restore, and what speaks against restoring it. Changes nothing. */
final class RestorePreflight {
    private final Repository repository;

    RestorePreflight(Repository repository) {
        this.repository = repository;
    }

    Manifest select(RestoreSelection selection) {
        BackupEntry entry = find(selection);
        if (entry.state() == State.DELETING) {
            throw new BackupException(
                    ErrorCode.DESTINATION_OBJECT_LOCKED,
                    "Backup " + entry.id() + " cannot be restored: its deletion has begun");
        }
        if (entry.manifest().isEmpty()
                || (entry.state() == State.DAMAGED && !damagedByVerification(entry, selection))) {
            Damage damage = entry.damage().orElseThrow();
            throw new BackupException(
                    damage.code(),
                    "Backup " + entry.id() + " is damaged: " + damage.message() + "; choose a sound one by its id");
        }
        return entry.manifest().get();
    }

    /** Whoever names a backup may try it in spite of an earlier verification: every byte is checked on the way. */
    private static boolean damagedByVerification(BackupEntry entry, RestoreSelection selection) {
        return selection instanceof RestoreSelection.ById
                && entry.damage().equals(entry.verification().flatMap(Verification::damage));
    }

    private BackupEntry find(RestoreSelection selection) {
        if (selection instanceof RestoreSelection.ById byId) {
            return repository.get(byId.backup());
        }
        if (selection instanceof RestoreSelection.Newest) {
            return new Restorer(repository).newest();
        }
        List<BackupEntry> backups = repository.list();
        for (int i = backups.size() - 1; i >= 0; i--) {
            if (matches(backups.get(i), selection)) {
                return backups.get(i);
            }
        }
        throw new BackupException(
                ErrorCode.BACKUP_NOT_FOUND,
                "Expected a backup in " + repository.destination().location() + " for " + selection
                        + ", found none to restore");
    }

    private static boolean matches(BackupEntry entry, RestoreSelection selection) {
        boolean safety = entry.manifest()
                .filter(manifest -> manifest.kind() == BackupKind.SAFETY)
                .isPresent();
        if (safety || entry.state() == State.DELETING) {
            return false;
        }
        if (selection instanceof RestoreSelection.NewestBefore before) {
            return capturedAt(entry).isBefore(before.instant());
        }
        return entry.state() == State.AVAILABLE
                && entry.verification()
                        .filter(Verification::sound)
                        .filter(found -> found.level().compareTo(VerifyLevel.DIGEST) >= 0)
                        .isPresent();
    }

    /** A backup whose description cannot be read could be of any time: it is found, and refused by name. */
    private static Instant capturedAt(BackupEntry entry) {
        return entry.manifest().map(Manifest::createdAt).orElse(Instant.MIN);
    }

    void requireTarget(Manifest manifest, RestoreTarget target) {
        List<String> obstacles = obstacles(manifest, target);
        if (!obstacles.isEmpty()) {
            throw new BackupException(obstacleCode(manifest, target), String.join("; ", obstacles));
        }
    }

    List<String> obstacles(Manifest manifest, RestoreTarget target) {
        List<String> obstacles = new ArrayList<>();
        mismatch(manifest, target.identity()).ifPresent(obstacles::add);
        target.blockers().forEach(blocker -> obstacles.add("In the way of the restore: " + blocker));
        return obstacles;
    }

    private ErrorCode obstacleCode(Manifest manifest, RestoreTarget target) {
        return mismatch(manifest, target.identity()).isPresent()
                ? ErrorCode.STORE_MISMATCH
                : ErrorCode.RESTORE_PRECONDITION_FAILED;
    }

    private Optional<String> mismatch(Manifest manifest, StoreIdentity live) {
        if (!manifest.store().kind().equals(live.kind())) {
            return Optional.of("Expected a backup of a store of kind " + live.kind() + ", found one of kind "
                    + manifest.store().kind());
        }
        if (!live.equals(repository.store())) {
            return Optional.of("Expected the store of the repository, " + repository.store() + ", found " + live
                    + "; a new store adopts the repository first");
        }
        return Optional.empty();
    }

    /** Opens the payload and reads its first byte: keys, codec and destination work. */
    Optional<String> unreadable(Manifest manifest) {
        try (InputStream plain = repository.reader(manifest).payload()) {
            int unused = plain.read();
            return Optional.empty();
        } catch (IOException | BackupException e) {
            return Optional.of("Backup " + manifest.backupId() + " cannot be read: " + e.getMessage());
        }
    }
}
