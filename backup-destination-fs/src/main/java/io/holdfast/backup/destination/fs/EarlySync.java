package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has a file written out while it still grows, so that the last sync finds little to do. A sync that failed here fails the
 * upload: the system tells of a lost write only once.
 */
final class EarlySync {
    private static final long INTERVAL_BYTES = 64L << 20;

    private final FileChannel channel;
    private final Executor thread;
    private final ReentrantLock syncing = new ReentrantLock();

    /** Guarded by {@code syncing}. */
    private boolean ended;

    private volatile @Nullable IOException failure;
    private long asked;

    /**
     * Begins with an empty file.
     *
     * @param channel the file
     * @param thread where to sync; what it rejects or never runs is left to the last sync
     */
    EarlySync(FileChannel channel, Executor thread) {
        this.channel = channel;
        this.thread = thread;
    }

    /**
     * Looks, after a write, whether it is time for a sync.
     *
     * @param size how long the file is
     * @throws IOException if an earlier sync has failed
     */
    void written(long size) throws IOException {
        throwFailure();
        if (size - asked >= INTERVAL_BYTES && !syncing.isLocked()) {
            asked = size;
            try {
                thread.execute(this::sync);
            } catch (RejectedExecutionException e) {
                // The destination is being closed, and this upload with it.
                return;
            }
        }
    }

    /**
     * Waits for the sync in progress, if there is one; none begins any more.
     *
     * @throws IOException if one has failed
     */
    void end() throws IOException {
        syncing.lock();
        try {
            ended = true;
        } finally {
            syncing.unlock();
        }
        throwFailure();
    }

    private void sync() {
        syncing.lock();
        try {
            if (!ended) {
                channel.force(false);
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            syncing.unlock();
        }
    }

    private void throwFailure() throws IOException {
        IOException found = failure;
        if (found != null) {
            throw new IOException("An early sync failed: " + found.getMessage(), found);
        }
    }
}
