package io.holdfast.backup.core.restore.directory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Says that something is staged in a root: held by one process at a time, and released by the system when that dies. */
final class RootLock implements AutoCloseable {
    private final Path file;
    private @Nullable FileChannel channel;

    RootLock(Path file) {
        this.file = file;
    }

    /** Whether the lock was free and is now held. */
    synchronized boolean tryAcquire() throws IOException {
        if (channel != null) {
            return false;
        }
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = opened.tryLock();
        } finally {
            if (lock == null) {
                opened.close();
            }
        }
        if (lock != null) {
            channel = opened;
        }
        return lock != null;
    }

    /** Releases the lock; does nothing when it is not held. */
    @Override
    public synchronized void close() throws IOException {
        FileChannel held = channel;
        channel = null;
        if (held != null) {
            held.close();
        }
    }
}
