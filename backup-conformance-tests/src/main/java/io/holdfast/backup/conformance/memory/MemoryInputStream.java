package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads an object; one thread at a time. */
final class MemoryInputStream extends InputStream {
    private final MemoryDestination destination;
    private final StoredObject object;
    private final long start;
    private long position;
    private volatile boolean closed;

    MemoryInputStream(MemoryDestination destination, StoredObject object, long offset) {
        this.destination = destination;
        this.object = object;
        this.start = offset;
        this.position = offset;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("Expected an open stream, found it closed");
        }
        destination.requireUsable();
        if (length == 0) {
            return 0;
        }
        if (position >= start + (object.size() - start) / 2) {
            destination.server().injected().strike(Fault.READ_BREAKS, ErrorCode.DESTINATION_UNREACHABLE, "read on");
        }
        if (position == object.size()) {
            return -1;
        }
        int count = object.copy(position, target, offset, length);
        position += count;
        return count;
    }

    @Override
    public void close() {
        closed = true;
    }
}
