package io.holdfast.backup.core.manifest;

import java.util.Locale;

/** How closely a backup is verified. Each level includes those before it. */
public enum VerifyLevel {
    /** The objects are there and have the recorded sizes. */
    PRESENT,
    /** The stored bytes have the recorded digests. */
    DIGEST,
    /** The payload and the ids decode to the end and have the recorded plain sizes and digests. */
    DECODED,
    /** A drill has loaded the payload into a staged store, which found nothing wrong with it. */
    RESTORED;

    /** Returns the name in verification records: the constant's name in lower case. */
    public String wireValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VerifyLevel ofWireValue(String wireValue) {
        for (VerifyLevel level : values()) {
            if (level.wireValue().equals(wireValue)) {
                return level;
            }
        }
        throw new IllegalArgumentException(wireValue);
    }
}
