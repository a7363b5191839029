package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps a backup from being deleted.
 *
 * @param repositoryId the repository
 * @param backupId the backup
 * @param owner who pins it: 1 to 100 characters of {@code [A-Za-z0-9._-]}
 * @param reason why, in words for an operator, up to 1,024 characters
 * @param pinnedAt when, by the clock of the host that did
 */
public record Pin(String repositoryId, BackupId backupId, String owner, String reason, Instant pinnedAt) {
    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.PIN.wireValue());
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("owner", owner);
        fields.put("reason", reason);
        fields.put("pinned_at", pinnedAt.toString());
        return fields;
    }

    static Pin fromFields(JsonFields fields) {
        return new Pin(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.text("owner", 100),
                fields.text("reason", 1024),
                fields.instant("pinned_at"));
    }
}
