package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.job.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a store reads from. Checks for cancellation at every call, counts, and remembers the first failure below it: after one
 * it never signals its end.
 */
final class StoreInput extends InputStream {
    private final InputStream source;
    private final Cancellation cancellation;
    private final LongConsumer passed;
    private @Nullable Throwable failure;
    private boolean verified;

    StoreInput(InputStream source, Cancellation cancellation, LongConsumer passed) {
        this.source = source;
        this.cancellation = cancellation;
        this.passed = passed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        cancellation.check();
        if (failure != null) {
            throw new IOException("An earlier read failed", failure);
        }
        try {
            int n = source.read(bytes, offset, length);
            verified |= n < 0;
            passed.accept(Math.max(n, 0));
            return n;
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    /** Does nothing: the stream is the caller's. */
    @Override
    public void close() {}

    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether the end was signalled, which it is only after everything agreed. */
    synchronized boolean verified() {
        return verified;
    }
}
