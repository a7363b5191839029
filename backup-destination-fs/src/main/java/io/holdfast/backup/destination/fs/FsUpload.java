package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object on its way into the directory, in a temporary file beside its place.
 *
 * <p>Whoever moves the state out of {@code OPEN} owns what follows: the thread that commits, or the one that ends the
 * upload. A close that comes once the commit has begun to publish does nothing; the commit ends by itself.
 */
final class FsUpload extends ObjectUpload {
    /** All the memory that an upload needs, in bytes; the most that is asked of a file at once. */
    static final int BUFFER_SIZE = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(FsUpload.class);

    private enum State {
        OPEN,
        PUBLISHING,
        COMMITTED,
        ENDED
    }

    private final String key;
    private final Path temporary;
    private final FileChannel channel;
    private final Folders folders;
    private final Publication publication;
    private final OpenHandles handles;
    private final Future<?> heartbeat;
    private final EarlySync earlySync;

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);

    /** Held while the file is written to, so that a heartbeat never comes between. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Guarded by this. */
    private State state = State.OPEN;

    private long written;
    private volatile @Nullable BackupException failure;
    private volatile boolean removed;

    /** Takes the open and empty temporary file over. */
    FsUpload(
            String key,
            Path temporary,
            FileChannel channel,
            Folders folders,
            Publication publication,
            OpenHandles handles,
            Heartbeat heartbeat) {
        this.key = key;
        this.temporary = temporary;
        this.channel = channel;
        this.folders = folders;
        this.publication = publication;
        this.handles = handles;
        this.earlySync = new EarlySync(channel, heartbeat);
        this.heartbeat = heartbeat.start(this::showLife);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireUsable("write");
        int from = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, buffer.remaining());
            buffer.put(bytes, from, count);
            from += count;
            left -= count;
            if (!buffer.hasRemaining()) {
                try {
                    drain();
                } catch (IOException e) {
                    throw fail(FsErrors.failure("write", key, temporary, e));
                }
            }
        }
    }

    private void drain() throws IOException {
        writing.lock();
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                written += channel.write(buffer, written);
            }
            buffer.clear();
        } finally {
            writing.unlock();
        }
        earlySync.written(written);
    }

    @Override
    public ObjectInfo commit() {
        requireUsable("commit");
        ObjectInfo info;
        try {
            earlySync.end();
            // The long wait for a big object comes first, so that its last bytes date it to when it becomes visible.
            if (written > 0) {
                channel.force(false);
            }
            info = seal();
        } catch (NoSuchFileException e) {
            throw fail(publication.vanished(key, temporary, e));
        } catch (IOException e) {
            throw fail(FsErrors.failure("commit", key, temporary, e));
        }
        try {
            publication.publish(key, temporary);
        } catch (BackupException e) {
            throw fail(e);
        }
        removed = true;
        moveTo(State.COMMITTED);
        heartbeat.cancel(false);
        handles.remove(this);
        return info;
    }

    /** Completes the file. From here on nobody else touches it, and nothing but a failure stops the commit. */
    private ObjectInfo seal() throws IOException {
        writing.lock();
        try {
            if (buffer.position() > 0) {
                drain();
            } else {
                touch();
            }
            channel.force(true);
            Instant modified = Files.getLastModifiedTime(temporary).toInstant();
            if (Thread.currentThread().isInterrupted() || !leaveOpen(State.PUBLISHING)) {
                throw new ClosedChannelException();
            }
            channel.close();
            return new ObjectInfo(key, written, modified);
        } finally {
            writing.unlock();
        }
    }

    private void showLife() {
        // A writer that is inside the file right now shows life by itself.
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (state() == State.OPEN) {
                touch();
            }
        } catch (IOException e) {
            LOG.debug("The heartbeat of {} failed: {}", temporary, FsErrors.reasonOf(e));
        } finally {
            writing.unlock();
        }
    }

    /** Lets the file system set the file's time by its own clock, which may be another machine's. */
    private void touch() throws IOException {
        channel.write(ByteBuffer.allocate(1), written);
        channel.truncate(written);
    }

    @Override
    public void close() {
        boolean mine = leaveOpen(State.ENDED);
        if (!mine && (state() != State.ENDED || removed)) {
            return;
        }
        DestinationException left = release();
        if (left != null) {
            throw left;
        }
    }

    /** Ends the upload, unless another thread has closed it: then that was the reason, whatever was seen of it here. */
    private BackupException fail(BackupException because) {
        if (moveTo(State.ENDED) == State.ENDED) {
            BackupException aborted = FsErrors.aborted("go on with", key, because);
            failure = aborted;
            return aborted;
        }
        failure = because;
        DestinationException left = release();
        if (left != null) {
            because.addSuppressed(left);
        }
        return because;
    }

    /** Leaves no trace (D7). Returns the failure if one is left. */
    private @Nullable DestinationException release() {
        heartbeat.cancel(false);
        handles.remove(this);
        try {
            // First, because not every platform removes a file that is in use.
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing {} failed: {}", temporary, FsErrors.reasonOf(e));
        }
        try {
            Files.deleteIfExists(temporary);
            removed = true;
            folders.pruneAbove(key);
            return null;
        } catch (IOException e) {
            return FsErrors.failure(
                    FsErrors.codeOf(e, temporary),
                    "remove what is left of",
                    key,
                    temporary,
                    FsErrors.reasonOf(e) + "; it stays until abandoned uploads are discarded",
                    e);
        }
    }

    private void requireUsable(String operation) {
        BackupException earlier = failure;
        if (earlier instanceof BackupAbortedException) {
            throw new BackupAbortedException(earlier.getMessage() + " (earlier)", earlier);
        }
        if (earlier != null) {
            throw new DestinationException(
                    earlier.code(),
                    key,
                    "Could not " + operation + " \"" + key + "\": the upload failed earlier",
                    earlier);
        }
        switch (state()) {
            case OPEN -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw fail(FsErrors.aborted(operation, key, null));
                }
            }
            case ENDED -> throw FsErrors.aborted(operation, key, null);
            default -> throw new IllegalStateException("The upload of \"" + key + "\" was committed");
        }
    }

    private synchronized State state() {
        return state;
    }

    private synchronized boolean leaveOpen(State next) {
        boolean open = state == State.OPEN;
        if (open) {
            state = next;
        }
        return open;
    }

    private synchronized State moveTo(State next) {
        State before = state;
        state = next;
        return before;
    }
}
