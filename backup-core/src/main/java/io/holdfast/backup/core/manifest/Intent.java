package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says that a backup is in flight; written before its snapshot is taken.
 *
 * @param repositoryId the repository
 * @param backupId the backup that may be published
 * @param kind why it is made
 * @param storeId the store's id
 * @param jobId the job that makes it
 * @param owner the process that runs the job
 * @param startedAt when, by that host's clock
 * @param scheduledForOrNull the instant of the schedule that it is made for, if any; see {@link #scheduledFor}
 */
public record Intent(
        String repositoryId,
        BackupId backupId,
        BackupKind kind,
        String storeId,
        String jobId,
        String owner,
        Instant startedAt,
        @Nullable Instant scheduledForOrNull) {
    /** Returns the instant of the schedule that this backup is made for, if any. */
    public Optional<Instant> scheduledFor() {
        return Optional.ofNullable(scheduledForOrNull);
    }

    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.INTENT.wireValue());
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("kind", kind.wireValue());
        fields.put("store_id", storeId);
        fields.put("job_id", jobId);
        fields.put("owner", owner);
        fields.put("started_at", startedAt.toString());
        scheduledFor().ifPresent(instant -> fields.put("scheduled_for", instant.toString()));
        return fields;
    }

    static Intent fromFields(JsonFields fields) {
        return new Intent(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.parsed("kind", 64, "scheduled, manual or safety", BackupKind::ofWireValue),
                fields.text("store_id", 128),
                fields.text("job_id", 128),
                fields.text("owner", 256),
                fields.instant("started_at"),
                fields.optionalInstant("scheduled_for").orElse(null));
    }
}
