package io.holdfast.backup.core.manifest;

import io.holdfast.backup.StoreIdentity;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a repository is; written once, when it is made.
 *
 * @param repositoryId names the repository and its lineage, a ULID
 * @param firstStore the store that it was made for; its kind holds for ever
 * @param createdAt when, by the clock of the host that made it
 */
public record RepositoryDescription(String repositoryId, StoreIdentity firstStore, Instant createdAt) {
    static final String VERSION_FIELD = "format_version";

    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.REPOSITORY.wireValue());
        fields.put(VERSION_FIELD, Manifest.VERSION);
        fields.put("repository_id", repositoryId);
        fields.put("store_kind", firstStore.kind());
        fields.put("first_store_id", firstStore.id());
        fields.put("created_at", createdAt.toString());
        return fields;
    }

    static RepositoryDescription fromFields(JsonFields fields) {
        String kind = fields.text("store_kind", 64);
        return new RepositoryDescription(
                fields.backupId("repository_id").value(),
                fields.parsed("first_store_id", 128, "a store id", id -> new StoreIdentity(id, kind)),
                fields.instant("created_at"));
    }
}
