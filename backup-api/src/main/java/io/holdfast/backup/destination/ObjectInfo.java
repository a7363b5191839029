package io.holdfast.backup.destination;

import java.time.Instant;
import java.util.Objects;

/**
 * What a destination tells of an object.
 *
 * @param key its key
 * @param size its size in bytes, 0 or more
 * @param lastModified when it became visible, by the destination's own clock
 */
public record ObjectInfo(String key, long size, Instant lastModified) {
    /**
     * Creates the description of an object.
     *
     * @throws IllegalArgumentException if the size is negative
     */
    public ObjectInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(lastModified, "lastModified");
        if (size < 0) {
            throw new IllegalArgumentException("Expected a size of 0 or more, found " + size);
        }
    }
}
