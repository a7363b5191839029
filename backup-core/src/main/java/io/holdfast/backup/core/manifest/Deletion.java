package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says that the deletion of a backup has begun. It is never withdrawn.
 *
 * @param repositoryId the repository
 * @param backupId the backup
 * @param by who began it
 * @param startedAt when, by the clock of the host that did
 */
public record Deletion(String repositoryId, BackupId backupId, String by, Instant startedAt) {
    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.DELETION.wireValue());
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("by", by);
        fields.put("started_at", startedAt.toString());
        return fields;
    }

    static Deletion fromFields(JsonFields fields) {
        return new Deletion(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.text("by", 256),
                fields.instant("started_at"));
    }
}
