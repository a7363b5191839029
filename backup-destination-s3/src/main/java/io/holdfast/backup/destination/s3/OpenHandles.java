package io.holdfast.backup.destination.s3;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The uploads and reads in progress, so that closing the destination ends them (D14). Thread-safe. */
final class OpenHandles {
    /** Something that a caller holds. */
    interface Handle {
        /** Begins to end it, without waiting for anybody. */
        void beginEnd();

        /** Waits for the end, up to a time of {@link System#nanoTime}. */
        void awaitEnd(long deadline);
    }

    private final Set<Handle> handles = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The destination is closed");
        }
    }

    synchronized void add(Handle handle) {
        requireOpen();
        handles.add(handle);
    }

    synchronized void remove(Handle handle) {
        handles.remove(handle);
    }

    /** Ends all, side by side, and waits for them up to a time. */
    void closeAll(long deadline) {
        List<Handle> all = takeAll();
        all.forEach(Handle::beginEnd);
        all.forEach(handle -> handle.awaitEnd(deadline));
    }

    private synchronized List<Handle> takeAll() {
        closed = true;
        List<Handle> all = List.copyOf(handles);
        handles.clear();
        return all;
    }
}
