package io.holdfast.backup;

import java.security.SecureRandom;

/**
 * A polynomial over the bytes, modulo 2^61 - 1, at a secret point, cut to 32 bits. Whatever ids somebody chooses without
 * knowing the point, they meet in one place of a table as rarely as random ones do.
 */
final class SeededHash {
    private static final long PRIME = (1L << 61) - 1;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long point;

    SeededHash(long seed) {
        this.point = (seed >>> 4) + (1L << 32);
    }

    static SeededHash random() {
        return new SeededHash(new SecureRandom().nextLong());
    }

    int of(byte[] bytes, int offset, int length) {
        long hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = timesPoint(hash) + (bytes[i] & 0xff);
        }
        // Ids in sequence have values in sequence, which could share their low bits: break that up.
        return (int) (((hash ^ (hash >>> 32)) * GOLDEN) >>> 32);
    }

    private long timesPoint(long hash) {
        long low = hash * point;
        long high = Math.multiplyHigh(hash, point) << 3 | low >>> 61;
        long sum = (low & PRIME) + high;
        return sum >= PRIME ? sum - PRIME : sum;
    }
}
