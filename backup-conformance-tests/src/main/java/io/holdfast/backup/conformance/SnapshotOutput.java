package io.holdfast.backup.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Where a store writes its snapshot: checks for cancellation at every call, as Holdfast's own does, and may fail. */
final class SnapshotOutput extends OutputStream {
    /** Is asked before bytes are taken. */
    interface Tap {
        /**
         * Looks at the stream.
         *
         * @param from how many bytes there are already
         * @param to how many there are to be
         */
        void before(long from, long to) throws IOException;
    }

    private final StoreContext context;
    private final OutputStream target;
    private final Tap tap;
    private long count;
    private boolean closed;

    private SnapshotOutput(StoreContext context, OutputStream target, Tap tap) {
        this.context = context;
        this.target = target;
        this.tap = tap;
    }

    static SnapshotOutput to(ByteArrayOutputStream bytes, StoreContext context, Tap tap) {
        return new SnapshotOutput(context, bytes, tap);
    }

    /** Returns one that keeps nothing. */
    static SnapshotOutput toNowhere(StoreContext context, Tap tap) {
        return new SnapshotOutput(context, OutputStream.nullOutputStream(), tap);
    }

    long count() {
        return count;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        context.checkCancelled();
        tap.before(count, count + length);
        target.write(bytes, offset, length);
        count += length;
    }

    @Override
    public void flush() {
        context.checkCancelled();
    }

    @Override
    public void close() {
        closed = true;
    }
}
