package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Stands where a manifest would, so that an attempt which was given up can never be published.
 *
 * @param repositoryId the repository
 * @param backupId the backup that will never be published
 * @param by who gave it up
 * @param reason why, in words for an operator
 * @param voidedAt when, by the clock of the host that did
 */
public record VoidMarker(String repositoryId, BackupId backupId, String by, String reason, Instant voidedAt)
        implements Publication {
    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.VOID.wireValue());
        fields.put("manifest_version", Manifest.VERSION);
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("by", by);
        fields.put("reason", reason);
        fields.put("voided_at", voidedAt.toString());
        return fields;
    }

    static VoidMarker fromFields(JsonFields fields) {
        return new VoidMarker(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.text("by", 256),
                fields.text("reason", 1024),
                fields.instant("voided_at"));
    }
}
