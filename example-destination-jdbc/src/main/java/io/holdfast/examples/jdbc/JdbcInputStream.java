package io.holdfast.examples.jdbc;

import java.io.InputStream;
import java.util.Objects;

/** Reads an object chunk by chunk, each by a transaction of its own, so that nothing is held while the caller is slow. */
final class JdbcInputStream extends InputStream {
    private final JdbcDestination destination;
    private final Tables.Stored object;
    private long position;
    private long number = -1;
    private byte[] chunk = {};

    JdbcInputStream(JdbcDestination destination, Tables.Stored object, long offset) {
        this.destination = destination;
        this.object = object;
        this.position = offset;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        destination.requireUsable();
        if (length == 0) {
            return 0;
        }
        if (position == object.info().size()) {
            return -1;
        }
        if (number != position / Tables.CHUNK) {
            chunk = destination.chunk(object, position / Tables.CHUNK);
            number = position / Tables.CHUNK;
        }
        int from = (int) (position % Tables.CHUNK);
        int count = Math.min(length, chunk.length - from);
        System.arraycopy(chunk, from, target, offset, count);
        position += count;
        return count;
    }
}
