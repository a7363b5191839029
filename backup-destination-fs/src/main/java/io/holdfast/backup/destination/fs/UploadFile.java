package io.holdfast.backup.destination.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary file of an upload while it grows: through the page cache, and past it once it is long. One thread at a time
 * writes; any may show life or close.
 */
final class UploadFile implements Closeable {
    /** What a short file needs of memory, in bytes; the most that is asked of the cache at once. */
    static final int BUFFER_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(UploadFile.class);

    private final Path path;
    private final FileChannel cached;
    private final DirectAccess access;
    private final EarlySync earlySync;
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long written;

    /** Held while the file is written to, so that a sign of life never comes between. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Guarded by this. */
    private @Nullable FileChannel direct;

    /** Guarded by this. */
    private boolean closed;

    /**
     * Takes the open and empty file over.
     *
     * @param thread where early syncs run
     */
    UploadFile(Path path, FileChannel cached, DirectAccess access, Executor thread) {
        this.path = path;
        this.cached = cached;
        this.access = access;
        this.earlySync = new EarlySync(cached, thread);
    }

    Path path() {
        return path;
    }

    /** Returns how many bytes are in the file; all of them once it is sealed. */
    long written() {
        return written;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, count);
            from += count;
            left -= count;
            if (!buffer.hasRemaining()) {
                drain();
            }
        }
    }

    private void drain() throws IOException {
        FileChannel past = direct();
        writing.lock();
        try {
            buffer.flip();
            if (past != null && buffer.remaining() == DirectAccess.BLOCK_BYTES) {
                writePast(past);
            }
            while (buffer.hasRemaining()) {
                written += cached.write(buffer, written);
            }
            buffer.clear();
        } finally {
            writing.unlock();
        }
        if (direct() == null) {
            earlySync.written(written);
        }
        if (written == DirectAccess.FEW_BYTES) {
            leaveCache();
        }
    }

    private void leaveCache() throws IOException {
        Optional<FileChannel> opened = access.open(path, StandardOpenOption.WRITE);
        Optional<ByteBuffer> block = opened.flatMap(channel -> access.newBlock());
        if (opened.isEmpty()) {
            return;
        }
        if (block.isEmpty() || !keep(opened.get())) {
            opened.get().close();
            return;
        }
        buffer = block.get();
    }

    private synchronized boolean keep(FileChannel channel) {
        if (!closed) {
            direct = channel;
        }
        return !closed;
    }

    private synchronized @Nullable FileChannel direct() {
        return direct;
    }

    /** Writes as much of the buffer as can be; what is left, and all that follows, goes through the cache. */
    private void writePast(FileChannel past) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                written += past.write(buffer, written);
            }
        } catch (IOException e) {
            if (!past.isOpen()) {
                throw e;
            }
            // If it is the disk that fails, it fails the next write or the sync too.
            LOG.debug("{} goes on through the page cache: {}", path, FsErrors.reasonOf(e));
            closeDirect();
        }
    }

    private void closeDirect() throws IOException {
        FileChannel past;
        synchronized (this) {
            past = direct;
            direct = null;
        }
        if (past != null) {
            past.close();
        }
    }

    /** Waits until what has been written is on the disk: the long wait of a big file. */
    void sync() throws IOException {
        earlySync.end();
        if (written > 0) {
            cached.force(false);
        }
    }

    /**
     * Completes the file and syncs it. From here on nobody else touches it.
     *
     * @param goOn asked last: whether the file is still wanted
     * @return when the file was modified, by its file system's clock
     */
    Instant seal(BooleanSupplier goOn) throws IOException {
        writing.lock();
        try {
            if (buffer.position() > 0) {
                drain();
            } else {
                touch();
            }
            cached.force(true);
            Instant modified = Files.getLastModifiedTime(path).toInstant();
            if (Thread.currentThread().isInterrupted() || !goOn.getAsBoolean()) {
                throw new ClosedChannelException();
            }
            close();
            return modified;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Shows that the upload is alive, unless a writer does it by being inside the file right now.
     *
     * @param alive whether it is
     */
    void showLife(BooleanSupplier alive) throws IOException {
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (alive.getAsBoolean()) {
                touch();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Lets the file system set the file's time by its own clock, which may be another machine's. */
    private void touch() throws IOException {
        cached.write(ByteBuffer.allocate(1), written);
        cached.truncate(written);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        try {
            closeDirect();
        } finally {
            cached.close();
        }
    }
}
