package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says that another store has taken over the repository.
 *
 * @param repositoryId the repository
 * @param number 1 for the first adoption, then one more each time; the highest counts
 * @param storeId the store that writes from now on
 * @param adoptedAt when, by the clock of the host that did
 */
public record LineageEntry(String repositoryId, int number, String storeId, Instant adoptedAt) {
    SortedMap<String, Object> toFields() {
        SortedMap<String, Object> fields = new TreeMap<>();
        fields.put("object", ObjectType.LINEAGE.wireValue());
        fields.put("repository_id", repositoryId);
        fields.put("number", number);
        fields.put("store_id", storeId);
        fields.put("adopted_at", adoptedAt.toString());
        return fields;
    }

    static LineageEntry fromFields(JsonFields fields) {
        return new LineageEntry(
                fields.text("repository_id", 26),
                (int) fields.number("number", 1, 999_999),
                fields.text("store_id", 128),
                fields.instant("adopted_at"));
    }
}
