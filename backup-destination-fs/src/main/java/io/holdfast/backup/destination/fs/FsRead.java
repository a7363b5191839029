package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/** The bytes of an object, up to the size that it had when it was opened. Used by one thread; closed by any. */
final class FsRead extends InputStream {
    private final String key;
    private final Path file;
    private final FileChannel channel;
    private final Source source;
    private final long size;
    private final OpenHandles handles;
    private long position;
    private volatile boolean closed;

    /** Where the bytes come from: as {@link FileChannel#read(ByteBuffer, long)}. */
    interface Source {
        int read(ByteBuffer target, long position) throws IOException;
    }

    /**
     * Takes the channel over.
     *
     * @param source reads from the channel
     */
    FsRead(String key, Path file, FileChannel channel, Source source, long offset, long size, OpenHandles handles) {
        this.key = key;
        this.file = file;
        this.channel = channel;
        this.source = source;
        this.position = offset;
        this.size = size;
        this.handles = handles;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new ClosedChannelException();
        }
        FsErrors.requireNotInterrupted("read", key);
        if (length == 0) {
            return 0;
        }
        if (position == size) {
            return -1;
        }
        // The JDK keeps a buffer outside of the heap for every thread, as large as the largest request.
        int wanted = (int) Math.min(Math.min(length, UploadFile.BUFFER_BYTES), size - position);
        int count = readAt(ByteBuffer.wrap(bytes, offset, wanted));
        if (count < 0) {
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    "read",
                    key,
                    file,
                    "expected " + size + " bytes, found the end after " + position,
                    null);
        }
        position += count;
        return count;
    }

    private int readAt(ByteBuffer target) {
        try {
            return source.read(target, position);
        } catch (IOException e) {
            throw FsErrors.failure("read", key, file, e);
        }
    }

    @Override
    public int available() {
        return (int) Math.min(size - position, Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        handles.remove(channel);
        channel.close();
    }
}
