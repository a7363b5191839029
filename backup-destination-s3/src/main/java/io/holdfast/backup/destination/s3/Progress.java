package io.holdfast.backup.destination.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** When the last byte of an exchange moved. Thread-safe. */
final class Progress {
    private volatile long last = System.nanoTime();

    void moved() {
        last = System.nanoTime();
    }

    /** Returns how long ago the last byte moved, in nanoseconds. */
    long idleNanos() {
        return System.nanoTime() - last;
    }

    /** Returns a stream of the same bytes, each read of which is progress. */
    InputStream of(InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                moved();
                return value;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                moved();
                return count;
            }
        };
    }
}
