package io.holdfast.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A polynomial over the bytes, seven at a time, modulo 2^61 - 1, at a secret point, cut to 32 bits. Whatever ids somebody chooses without
 * knowing the point, they meet in one place of a table as rarely as random ones do.
 */
final class SeededHash {
    private static final long PRIME = (1L << 61) - 1;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** So many bytes are less than the prime. */
    private static final int WORD_BYTES = 7;

    private static final long WORD_MASK = (1L << (8 * WORD_BYTES)) - 1;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long point;

    SeededHash(long seed) {
        this.point = (seed >>> 4) + (1L << 32);
    }

    static SeededHash random() {
        return new SeededHash(new SecureRandom().nextLong());
    }

    int of(byte[] bytes, int offset, int length) {
        long hash = length;
        int end = offset + length;
        int at = offset;
        for (; at + Long.BYTES <= end; at += WORD_BYTES) {
            hash = timesPoint(hash) + ((long) WORDS.get(bytes, at) & WORD_MASK);
        }
        if (at < end) {
            long word = 0;
            for (; at < end; at++) {
                word = (word << Byte.SIZE) | (bytes[at] & 0xff);
            }
            hash = timesPoint(hash) + word;
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
