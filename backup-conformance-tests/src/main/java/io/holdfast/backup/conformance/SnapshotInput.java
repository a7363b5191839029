package io.holdfast.backup.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** What a store restores from: checks for cancellation at every call, as Holdfast's own does, and may fail. */
final class SnapshotInput extends InputStream {
    /** Is asked before bytes are handed out, and before the end is signalled. */
    interface Tap {
        void before(int position) throws IOException;
    }

    private final StoreContext context;
    private final byte[] bytes;
    private final int most;
    private final Tap tap;
    private int position;
    private boolean closed;

    /**
     * Creates the stream.
     *
     * @param most how many bytes it hands out at once
     */
    SnapshotInput(byte[] bytes, int most, StoreContext context, Tap tap) {
        this.bytes = bytes;
        this.most = most;
        this.context = context;
        this.tap = tap;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        context.checkCancelled();
        if (length == 0) {
            return 0;
        }
        tap.before(position);
        int left = bytes.length - position;
        if (left == 0) {
            return -1;
        }
        int count = Math.min(Math.min(length, left), most);
        System.arraycopy(bytes, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() {
        closed = true;
    }
}
