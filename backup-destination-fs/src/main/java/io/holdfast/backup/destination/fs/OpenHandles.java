package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The uploads and reads in progress, so that closing the destination ends them (D14). Thread-safe. */
final class OpenHandles {
    private static final Logger LOG = LoggerFactory.getLogger(OpenHandles.class);

    private final Set<Closeable> handles = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The destination is closed");
        }
    }

    synchronized void add(Closeable handle) {
        requireOpen();
        handles.add(handle);
    }

    synchronized void remove(Closeable handle) {
        handles.remove(handle);
    }

    void closeAll() {
        for (Closeable handle : takeAll()) {
            try {
                handle.close();
            } catch (IOException | BackupException e) {
                LOG.warn("Something stays behind after closing the destination: {}", e.getMessage());
            }
        }
    }

    private synchronized List<Closeable> takeAll() {
        closed = true;
        List<Closeable> all = List.copyOf(handles);
        handles.clear();
        return all;
    }
}
