package io.holdfast.backup.destination.s3;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells of an object.
 *
 * @param size its size in bytes
 * @param lastModified the server's time of it
 * @param token what its writer marked it with, or null if it was another kind of writer
 */
record StoredObject(
        long size, Instant lastModified, @Nullable String token) {}
