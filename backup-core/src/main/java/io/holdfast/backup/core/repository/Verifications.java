package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.destination.Destination;
import java.util.List;
import java.util.Optional;

/** Keeps the results of verifications with their backups: the one with the greatest id counts. */
final class Verifications {
    private final Destination destination;
    private final ManifestCodec codec;
    private final BackupIdGenerator ids;

    Verifications(Destination destination, ManifestCodec codec, BackupIdGenerator ids) {
        this.destination = destination;
        this.codec = codec;
        this.ids = ids;
    }

    void keep(Verification verification) {
        BackupId backup = verification.backupId();
        // Evidence of what was deleted meanwhile would look like an attempt that has just begun.
        List<String> older = new BackupFolders(destination)
                .find(backup)
                .filter(folder -> folder.has(Layout.MANIFEST))
                .orElseThrow(() -> Deleter.notFound(backup))
                .below(Layout.VERIFICATIONS);
        Optional<BackupId> greatest =
                older.stream().flatMap(name -> idOf(name).stream()).reduce((a, b) -> b);
        BackupId id = ids.next(greatest);
        new ControlObjects(destination).commit(Layout.verification(backup, id), codec.encode(verification));
        older.forEach(name -> destination.delete(Layout.folder(backup) + name));
    }

    private static Optional<BackupId> idOf(String name) {
        if (!name.endsWith(Layout.JSON)) {
            return Optional.empty();
        }
        String id = name.substring(Layout.VERIFICATIONS.length()).replace(Layout.JSON, "");
        return BackupId.isValid(id) ? Optional.of(new BackupId(id)) : Optional.empty();
    }
}
