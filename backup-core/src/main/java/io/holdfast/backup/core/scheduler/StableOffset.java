package io.holdfast.backup.core.scheduler;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Spreads many names that share a schedule: each name has an offset of its own, the same on every host and for ever. */
public final class StableOffset {
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private StableOffset() {}

    /**
     * Returns the offset of a name: FNV-1a with 64 bits over its UTF-8 bytes, as an unsigned number, modulo the whole seconds
     * of the bound.
     *
     * @param name the name
     * @param maxJitter the bound; less than a second means no offset
     * @return at least zero, less than the bound
     */
    public static Duration of(String name, Duration maxJitter) {
        long seconds = maxJitter.toSeconds();
        if (seconds <= 0) {
            return Duration.ZERO;
        }
        long hash = FNV_OFFSET_BASIS;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return Duration.ofSeconds(Long.remainderUnsigned(hash, seconds));
    }
}
