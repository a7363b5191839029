package io.holdfast.backup.core.executor;

import io.holdfast.backup.core.job.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a store writes to. Checks for cancellation at every call, counts, and remembers the first failure below it, so that a
 * store that swallows a failure, or answers it with one of its own, does not change who is to blame.
 */
final class StoreOutput extends OutputStream {
    private final OutputStream sink;
    private final Cancellation cancellation;
    private final LongConsumer passed;
    private @Nullable Throwable failure;
    private boolean closedByStore;
    private boolean ended;

    StoreOutput(OutputStream sink, Cancellation cancellation, LongConsumer passed) {
        this.sink = sink;
        this.cancellation = cancellation;
        this.passed = passed;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        requireUsable();
        try {
            sink.write(bytes, offset, length);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        }
        passed.accept(length);
    }

    /** Checks only: when bytes go on is the codec's choice. */
    @Override
    public synchronized void flush() throws IOException {
        requireUsable();
    }

    @Override
    public synchronized void close() {
        closedByStore = true;
    }

    /** Refuses everything from now on: the store's call has returned. */
    synchronized void end() {
        ended = true;
    }

    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized boolean closedByStore() {
        return closedByStore;
    }

    private void requireUsable() throws IOException {
        cancellation.check();
        if (failure != null) {
            throw new IOException("An earlier write failed", failure);
        }
        if (closedByStore) {
            throw new IOException("Expected an open stream, found one that the store has closed");
        }
        if (ended) {
            throw new IOException("Expected a stream of a running backup, found one whose backup call has returned");
        }
    }
}
