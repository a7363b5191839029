package io.holdfast.backup.destination.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How objects are stored.
 *
 * @param storageClass the storage class, or null for the bucket's own
 * @param encryption the server's encryption, or null for the bucket's own: {@code AES256} or {@code aws:kms}
 * @param kmsKey the key for {@code aws:kms}, or null for the account's own
 * @param tags the tags of every object
 */
record ObjectOptions(
        @Nullable String storageClass,
        @Nullable String encryption,
        @Nullable String kmsKey,
        Map<String, String> tags) {
    ObjectOptions {
        tags = Map.copyOf(tags);
    }
}
