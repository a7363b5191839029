package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects a part, sends it, and so on. */
final class MemoryUpload extends ObjectUpload {
    private final MemoryDestination destination;
    private final MemoryServer server;
    private final String key;
    private final long id;
    private final byte[] buffer;
    private int filled;
    private boolean committing;
    private @Nullable BackupException failure;
    private volatile boolean closed;

    MemoryUpload(MemoryDestination destination, MemoryServer server, String key) {
        this.destination = destination;
        this.server = server;
        this.key = key;
        this.buffer = new byte[server.partSize()];
        this.id = server.begin(key, destination);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireNoCommit();
        guarded(() -> {
            int from = offset;
            int left = length;
            while (left > 0) {
                int count = Math.min(left, buffer.length - filled);
                System.arraycopy(bytes, from, buffer, filled, count);
                filled += count;
                from += count;
                left -= count;
                if (filled == buffer.length) {
                    send();
                }
            }
            server.touch(id);
            return null;
        });
    }

    @Override
    public ObjectInfo commit() {
        requireNoCommit();
        committing = true;
        ObjectInfo info = guarded(() -> {
            if (filled > 0) {
                send();
            }
            return server.complete(id);
        });
        if (info == null) {
            throw ended();
        }
        destination.forget(this);
        return info;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            server.abort(id);
            destination.forget(this);
        }
    }

    private void send() {
        if (!server.part(id, buffer, filled)) {
            throw ended();
        }
        filled = 0;
    }

    private interface Step {
        @Nullable
        ObjectInfo run();
    }

    /** Runs a step unless the upload has ended or failed, and remembers a failure: nothing may be committed after it. */
    private @Nullable ObjectInfo guarded(Step step) {
        if (failure != null) {
            throw again(failure);
        }
        try {
            requireWanted();
            server.injected().stallWhile(this::isWanted);
            requireWanted();
            return step.run();
        } catch (DestinationException | BackupAbortedException e) {
            failure = e;
            throw e;
        }
    }

    private BackupException again(BackupException earlier) {
        String message = "Expected a whole upload of " + key + ", found an earlier failure";
        return earlier instanceof BackupAbortedException
                ? new BackupAbortedException(message, earlier)
                : new DestinationException(earlier.code(), key, message, earlier);
    }

    private void requireNoCommit() {
        if (committing) {
            throw new IllegalStateException("Expected no call after commit of " + key);
        }
    }

    private void requireWanted() {
        if (!isWanted()) {
            throw ended();
        }
        destination.requireUsable();
    }

    private boolean isWanted() {
        return !closed && destination.isOpen();
    }

    private BackupAbortedException ended() {
        return new BackupAbortedException("Expected an open upload of " + key + ", found it closed or discarded");
    }
}
