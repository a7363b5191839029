package io.holdfast.backup.core.snapshot;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Streams that behave in a way that a test wants. */
final class Streams {
    private Streams() {}

    /** Hands out one byte at a time. */
    static InputStream trickle(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1));
            }
        };
    }

    /** Fails once so many bytes were read. */
    static InputStream failingAfter(byte[] bytes, int limit, Exception failure) {
        return new InputStream() {
            private int position;

            @Override
            public int read() throws IOException {
                if (position == limit) {
                    raise(failure);
                }
                return position == bytes.length ? -1 : bytes[position++] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int b = length == 0 ? 0 : read();
                if (b < 0 || length == 0) {
                    return Math.min(b, 0);
                }
                target[offset] = (byte) b;
                return 1;
            }
        };
    }

    /** Fails once so many bytes were written. */
    static OutputStream failingAfter(OutputStream out, long limit, Exception failure) {
        return new FilterOutputStream(out) {
            private long left = limit;

            @Override
            public void write(int b) throws IOException {
                if (left-- == 0) {
                    raise(failure);
                }
                out.write(b);
            }
        };
    }

    private static void raise(Exception failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        throw new UncheckedIOException(new IOException(failure));
    }
}
