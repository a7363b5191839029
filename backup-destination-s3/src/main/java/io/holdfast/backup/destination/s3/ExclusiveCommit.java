package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.Capability;
import java.util.Set;

/** Which forms of commit the server makes exclusive, as the configuration says and a probe confirms. */
enum ExclusiveCommit {
    /** Both: PUT and CompleteMultipartUpload. */
    MULTIPART,
    /** PUT only. */
    SMALL,
    /** Neither. */
    NONE;

    Set<Capability> capabilities() {
        return switch (this) {
            case MULTIPART -> Set.of(Capability.EXCLUSIVE_COMMIT, Capability.EXCLUSIVE_SMALL_COMMIT);
            case SMALL -> Set.of(Capability.EXCLUSIVE_SMALL_COMMIT);
            case NONE -> Set.of();
        };
    }

    /** Tells whether a PUT of a whole object is conditional. */
    boolean ofPut() {
        return this != NONE;
    }

    /** Tells whether the completion of a multipart upload is conditional. */
    boolean ofMultipart() {
        return this == MULTIPART;
    }
}
