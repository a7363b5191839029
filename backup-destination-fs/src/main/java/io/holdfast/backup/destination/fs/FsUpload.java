package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;
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
    private static final Logger LOG = LoggerFactory.getLogger(FsUpload.class);

    private enum State {
        OPEN,
        PUBLISHING,
        COMMITTED,
        ENDED
    }

    private final String key;
    private final UploadFile file;
    private final Folders folders;
    private final Publication publication;
    private final OpenHandles handles;
    private final Future<?> heartbeat;

    /** Guarded by this. */
    private State state = State.OPEN;

    private volatile @Nullable BackupException failure;
    private volatile boolean removed;

    /** Takes the empty temporary file over. */
    FsUpload(
            String key,
            UploadFile file,
            Folders folders,
            Publication publication,
            OpenHandles handles,
            Heartbeat heartbeat) {
        this.key = key;
        this.file = file;
        this.folders = folders;
        this.publication = publication;
        this.handles = handles;
        this.heartbeat = heartbeat.start(this::showLife);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireUsable("write");
        try {
            file.write(bytes, offset, length);
        } catch (IOException e) {
            throw fail(FsErrors.failure("write", key, file.path(), e));
        }
    }

    @Override
    public ObjectInfo commit() {
        requireUsable("commit");
        Instant modified;
        try {
            // The long wait for a big object comes first, so that its last bytes date it to when it becomes visible.
            file.sync();
            modified = file.seal(() -> leaveOpen(State.PUBLISHING));
        } catch (NoSuchFileException e) {
            throw fail(publication.vanished(key, file.path(), e));
        } catch (IOException e) {
            throw fail(FsErrors.failure("commit", key, file.path(), e));
        }
        try {
            publication.publish(key, file.path());
        } catch (BackupException e) {
            throw fail(e);
        }
        removed = true;
        moveTo(State.COMMITTED);
        heartbeat.cancel(false);
        handles.remove(this);
        return new ObjectInfo(key, file.written(), modified);
    }

    private void showLife() {
        try {
            file.showLife(() -> state() == State.OPEN);
        } catch (IOException e) {
            LOG.debug("The heartbeat of {} failed: {}", file.path(), FsErrors.reasonOf(e));
        }
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
            file.close();
        } catch (IOException e) {
            LOG.debug("Closing {} failed: {}", file.path(), FsErrors.reasonOf(e));
        }
        try {
            Files.deleteIfExists(file.path());
            removed = true;
            folders.pruneAbove(key);
            return null;
        } catch (IOException e) {
            return FsErrors.failure(
                    FsErrors.codeOf(e, file.path()),
                    "remove what is left of",
                    key,
                    file.path(),
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
