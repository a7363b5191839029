package io.holdfast.backup.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes that can be made again at any position, so that objects need not be kept to be compared, and a block in the wrong
 * place is noticed.
 */
record Content(long seed, long size) {
    private static final int CHUNK = 16 * 1024;

    byte at(long position) {
        return (byte) (mix(seed + (position >>> 3)) >>> ((position & 7) * 8));
    }

    byte[] bytes() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        fill(bytes, 0, bytes.length, 0);
        return bytes;
    }

    void writeTo(OutputStream out) throws IOException {
        writeTo(out, CHUNK, 0, size);
    }

    /** Writes the bytes from one position up to another, so many at a time, from one buffer that is filled again and again. */
    void writeTo(OutputStream out, int chunk, long from, long to) throws IOException {
        byte[] buffer = new byte[chunk];
        for (long at = from; at < to; at += chunk) {
            int count = (int) Math.min(chunk, to - at);
            fill(buffer, 0, count, at);
            out.write(buffer, 0, count);
        }
    }

    /** Reads to the end and returns how the stream differs from these bytes after the offset; empty if it does not. */
    Optional<String> difference(InputStream in, long offset) throws IOException {
        byte[] buffer = new byte[CHUNK];
        byte[] expected = new byte[CHUNK];
        long at = offset;
        int count = in.read(buffer);
        while (count >= 0) {
            if (count == 0) {
                return Optional.of("a read of 0 bytes into a buffer with room, after " + (at - offset) + " bytes");
            }
            if (at + count > size) {
                return Optional.of("bytes after the end of an object of " + size + " bytes");
            }
            fill(expected, 0, count, at);
            int wrong = Arrays.mismatch(expected, 0, count, buffer, 0, count);
            if (wrong >= 0) {
                return Optional.of("a wrong byte at position " + (at + wrong) + " of " + size);
            }
            at += count;
            count = in.read(buffer);
        }
        return at == size
                ? Optional.empty()
                : Optional.of("the end of the stream at position " + at + " of an object of " + size + " bytes");
    }

    private void fill(byte[] target, int offset, int count, long position) {
        long word = mix(seed + (position >>> 3));
        for (int i = 0; i < count; i++) {
            long at = position + i;
            if ((at & 7) == 0) {
                word = mix(seed + (at >>> 3));
            }
            target[offset + i] = (byte) (word >>> ((at & 7) * 8));
        }
    }

    private static long mix(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
