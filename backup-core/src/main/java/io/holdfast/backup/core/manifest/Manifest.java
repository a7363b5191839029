package io.holdfast.backup.core.manifest;

import io.holdfast.backup.StoreIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The description of a published backup. Its presence at the destination is the publication.
 *
 * @param repositoryId the repository that the backup belongs to
 * @param backupId the backup
 * @param kind why it was made
 * @param labels what its maker said about it, within the bounds of {@link Attributes}
 * @param createdAt when the snapshot was captured, in UTC
 * @param scheduledForOrNull the instant of the schedule that it was made for, if any; see {@link #scheduledFor}
 * @param store who the store was
 * @param payload the stored bytes of the payload
 * @param plainSize how many bytes the store wrote
 * @param compression how the payload is compressed: {@code zstd} or {@code none}
 * @param encryption how it is encrypted: {@code none} or {@code aes-256-gcm}
 * @param payloadIds the payload ids
 * @param engineMetadata what the store said about itself, within the bounds of {@link Attributes}
 * @param producer which software made the backup
 * @param previousOrNull the newest backup published before, if any; see {@link #previous}
 */
public record Manifest(
        String repositoryId,
        BackupId backupId,
        BackupKind kind,
        SortedMap<String, String> labels,
        Instant createdAt,
        @Nullable Instant scheduledForOrNull,
        StoreIdentity store,
        StoredObject payload,
        long plainSize,
        String compression,
        String encryption,
        PayloadIdsSection payloadIds,
        SortedMap<String, String> engineMetadata,
        String producer,
        @Nullable PreviousBackup previousOrNull)
        implements Publication {
    /** The version of the archive format that this release writes, and the newest that it reads. */
    public static final int VERSION = 1;

    /** Creates a manifest, with copies of the maps. */
    public Manifest {
        labels = Attributes.copyOf(labels);
        engineMetadata = Attributes.copyOf(engineMetadata);
    }

    /** Returns the instant of the schedule that this backup was made for, if any. */
    public Optional<Instant> scheduledFor() {
        return Optional.ofNullable(scheduledForOrNull);
    }

    /** Returns the newest backup that was published before this one, if any. */
    public Optional<PreviousBackup> previous() {
        return Optional.ofNullable(previousOrNull);
    }

    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.MANIFEST.wireValue());
        fields.put("manifest_version", VERSION);
        fields.put("repository_id", repositoryId);
        fields.put("backup_id", backupId.value());
        fields.put("kind", kind.wireValue());
        fields.put("labels", labels);
        fields.put("created_at", createdAt.toString());
        scheduledFor().ifPresent(instant -> fields.put("scheduled_for", instant.toString()));
        fields.put("store_id", store.id());
        fields.put("store_kind", store.kind());
        fields.put("sha256", payload.sha256());
        fields.put("size_bytes", payload.size());
        fields.put("plain_size_bytes", plainSize);
        fields.put("compression", compression);
        fields.put("encryption", encryption);
        fields.put(
                "payload_ids",
                new TreeMap<>(Map.of(
                        "count", payloadIds.count(),
                        "sha256", payloadIds.stored().sha256(),
                        "size_bytes", payloadIds.stored().size(),
                        "plain_digest", payloadIds.plainDigest())));
        fields.put("engine_metadata", engineMetadata);
        fields.put("producer", producer);
        previous()
                .ifPresent(p -> fields.put(
                        "previous",
                        new TreeMap<>(Map.of("backup_id", p.id().value(), "manifest_sha256", p.manifestSha256()))));
        return fields;
    }

    static Manifest fromFields(JsonFields fields) {
        JsonFields ids = fields.object("payload_ids");
        return new Manifest(
                fields.text("repository_id", 26),
                fields.backupId("backup_id"),
                fields.parsed("kind", 64, "scheduled, manual or safety", BackupKind::ofWireValue),
                fields.texts("labels"),
                fields.instant("created_at"),
                fields.optionalInstant("scheduled_for").orElse(null),
                storeOf(fields),
                new StoredObject(fields.sha256("sha256"), fields.number("size_bytes", 0, Long.MAX_VALUE)),
                fields.number("plain_size_bytes", 0, Long.MAX_VALUE),
                fields.text("compression", 64),
                fields.text("encryption", 64),
                new PayloadIdsSection(
                        ids.number("count", 0, Long.MAX_VALUE),
                        new StoredObject(ids.sha256("sha256"), ids.number("size_bytes", 0, Long.MAX_VALUE)),
                        ids.sha256("plain_digest")),
                fields.texts("engine_metadata"),
                fields.text("producer", 256),
                fields.has("previous") ? previousOf(fields.object("previous")) : null);
    }

    private static PreviousBackup previousOf(JsonFields fields) {
        return new PreviousBackup(fields.backupId("backup_id"), fields.sha256("manifest_sha256"));
    }

    private static StoreIdentity storeOf(JsonFields fields) {
        String kind = fields.text("store_kind", 64);
        return fields.parsed("store_id", 128, "a store id", id -> new StoreIdentity(id, kind));
    }
}
