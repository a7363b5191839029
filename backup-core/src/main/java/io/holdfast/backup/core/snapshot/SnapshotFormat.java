package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;

/**
 * Whose a snapshot is and in which version. Written into the snapshot, and demanded when it is read.
 *
 * @param engineTag names the engine and what it puts into a snapshot ("catalog"); never changes; 1 to 64 characters of
 *     {@code [A-Za-z0-9._-]}
 * @param schemaVersion the version of what is inside, 0 or more; raised when an older release could not load it any more
 */
public record SnapshotFormat(String engineTag, int schemaVersion) {
    /** The longest tag. */
    static final int MAX_TAG_LENGTH = 64;

    /**
     * Creates a format.
     *
     * @throws IllegalArgumentException if a part is out of its bounds
     */
    public SnapshotFormat {
        if (!engineTag.matches("[A-Za-z0-9._-]{1," + MAX_TAG_LENGTH + "}")) {
            throw new IllegalArgumentException("Expected an engine tag of 1 to " + MAX_TAG_LENGTH
                    + " characters of [A-Za-z0-9._-], found \"" + engineTag + "\"");
        }
        if (schemaVersion < 0) {
            throw new IllegalArgumentException("Expected a schema version of 0 or more, found " + schemaVersion);
        }
    }

    /** Refuses a snapshot that is another engine's, or of another version. */
    void require(String foundTag, int foundVersion) {
        if (!foundTag.equals(engineTag)) {
            throw new RestoreCorruptException(
                    "Expected a snapshot of engine " + engineTag + ", found one of engine " + foundTag);
        }
        if (foundVersion != schemaVersion) {
            throw new SchemaVersionMismatchException("Expected a snapshot of " + engineTag + " in schema version "
                    + schemaVersion + ", found version " + foundVersion);
        }
    }
}
