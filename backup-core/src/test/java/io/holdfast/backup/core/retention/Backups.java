package io.holdfast.backup.core.retention;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.PayloadIdsSection;
import io.holdfast.backup.core.manifest.StoredObject;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** Listed backups that a plan can be made of. */
final class Backups {
    private static final StoredObject NOTHING = new StoredObject("0".repeat(64), 0);

    private Backups() {}

    static BackupEntry at(Instant time) {
        return of(time, BackupKind.SCHEDULED, 1000);
    }

    static BackupEntry of(Instant time, BackupKind kind, long plainSize) {
        BackupId id = new BackupIdGenerator(() -> time, () -> time.hashCode() * 0x9e3779b97f4a7c15L)
                .next(java.util.Optional.empty());
        Manifest manifest = new Manifest(
                "0".repeat(26),
                id,
                kind,
                new TreeMap<>(),
                time,
                null,
                new StoreIdentity("notes-1", "notes"),
                NOTHING,
                plainSize,
                "zstd",
                "none",
                new PayloadIdsSection(0, NOTHING, "0".repeat(64)),
                new TreeMap<>(),
                "test",
                null);
        return new BackupEntry(id, State.AVAILABLE, manifest, null, List.of(), null);
    }

    static BackupEntry pinned(BackupEntry backup) {
        return new BackupEntry(
                backup.id(),
                backup.state(),
                backup.manifestOrNull(),
                backup.damageOrNull(),
                List.of("operator"),
                backup.verificationOrNull());
    }

    static BackupEntry verified(BackupEntry backup, VerifyLevel level) {
        return new BackupEntry(
                backup.id(),
                backup.state(),
                backup.manifestOrNull(),
                backup.damageOrNull(),
                backup.pinnedBy(),
                new Verification("0".repeat(26), backup.id(), level, Instant.EPOCH, 0, Duration.ZERO, null, null));
    }

    static BackupEntry damaged(BackupEntry backup) {
        return new BackupEntry(
                backup.id(),
                State.DAMAGED,
                null,
                new Damage(ErrorCode.MANIFEST_TAMPERED, "as the test wants it"),
                backup.pinnedBy(),
                null);
    }

    static BackupEntry deleting(BackupEntry backup) {
        return new BackupEntry(backup.id(), State.DELETING, backup.manifestOrNull(), null, backup.pinnedBy(), null);
    }
}
