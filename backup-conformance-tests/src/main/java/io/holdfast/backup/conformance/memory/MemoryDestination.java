package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A destination in memory that keeps the whole contract: for tests, and as the reference for driver authors. Open several
 * on one {@link MemoryServer} to see the same objects. Each counts as a process of its own (D7). Durable as long as the
 * server object lives. An upload holds one part in addition to what the server stores.
 */
public final class MemoryDestination implements Destination {
    private final MemoryServer server;
    private final Set<MemoryUpload> uploads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    MemoryDestination(MemoryServer server) {
        this.server = server;
    }

    /**
     * Opens a destination on a server of its own.
     *
     * @return the destination, which the caller closes
     */
    public static MemoryDestination create() {
        return MemoryServer.create().open();
    }

    /** Returns the data behind this destination. */
    public MemoryServer server() {
        return server;
    }

    /**
     * Ends this destination as if its process were killed: uploads stay behind on the server, and every later call fails as
     * after {@link #close}.
     */
    public void kill() {
        closed = true;
        server.injected().wake();
    }

    @Override
    public DestinationInfo info() {
        requireOpen();
        return new DestinationInfo(server.location(), server.capabilities());
    }

    @Override
    public ObjectUpload upload(String key) {
        ObjectKey.requireValid(key);
        requireUsable();
        MemoryUpload upload = new MemoryUpload(this, server, key);
        uploads.add(upload);
        if (closed) {
            upload.close();
            requireOpen();
        }
        return upload;
    }

    @Override
    public InputStream open(String key, long offset) {
        ObjectKey.requireValid(key);
        if (offset < 0) {
            throw new IllegalArgumentException("Expected an offset of 0 or more, found " + offset);
        }
        requireUsable();
        StoredObject object = server.get(key);
        if (object == null) {
            throw new DestinationException(
                    ErrorCode.DESTINATION_OBJECT_MISSING,
                    key,
                    "Expected an object at " + key + ", found none",
                    new NoSuchFileException(key));
        }
        if (offset > object.size()) {
            throw new IllegalArgumentException(
                    "Expected an offset of 0 to " + object.size() + " for " + key + ", found " + offset);
        }
        return new MemoryInputStream(this, object, offset);
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        ObjectKey.requireValid(key);
        requireUsable();
        return Optional.ofNullable(server.get(key)).map(object -> object.info(key));
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        ObjectKey.requireValidPrefix(prefix);
        ObjectKey.requireValidPrefix(startAfter);
        requireUsable();
        return StreamSupport.stream(new MemoryListing(this, prefix, startAfter), false);
    }

    @Override
    public void delete(String key) {
        ObjectKey.requireValid(key);
        requireUsable();
        server.delete(key);
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        requireUsable();
        return server.discard(this, idleSince);
    }

    @Override
    public List<Finding> check() {
        requireUsable();
        return new MemoryProbe(this).run();
    }

    @Override
    public void close() {
        closed = true;
        uploads.forEach(MemoryUpload::close);
    }

    /** Returns where this is. */
    @Override
    public String toString() {
        return "MemoryDestination[" + server.location() + "]";
    }

    boolean isOpen() {
        return !closed;
    }

    void forget(MemoryUpload upload) {
        uploads.remove(upload);
    }

    void requireUsable() {
        requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new BackupAbortedException("Expected a running thread at " + this + ", found it interrupted");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open destination, found " + this + " closed");
        }
    }
}
