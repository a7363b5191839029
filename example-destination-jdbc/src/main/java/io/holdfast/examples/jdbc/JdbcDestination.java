package io.holdfast.examples.jdbc;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Objects in the tables of a database. */
final class JdbcDestination implements Destination {
    private final Database database;
    private final DestinationInfo info;
    private final String process;
    private final Set<JdbcUpload> uploads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    JdbcDestination(Database database, String location, String process) {
        this.database = database;
        // The primary key of the objects sees to it.
        this.info =
                new DestinationInfo(location, Set.of(Capability.EXCLUSIVE_COMMIT, Capability.EXCLUSIVE_SMALL_COMMIT));
        this.process = process;
    }

    @Override
    public DestinationInfo info() {
        requireOpen();
        return info;
    }

    @Override
    public ObjectUpload upload(String key) {
        ObjectKey.requireValid(key);
        requireUsable();
        String id = UUID.randomUUID().toString();
        database.run("begin " + key, tables -> tables.beginUpload(id, process));
        JdbcUpload upload = new JdbcUpload(this, database, key, id);
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
        Tables.Stored object = find(key).orElseThrow(() -> missing(key, "found none"));
        if (offset > object.info().size()) {
            throw new IllegalArgumentException(
                    "Expected an offset of 0 to " + object.info().size() + " in " + key + ", found " + offset);
        }
        return new JdbcInputStream(this, object, offset);
    }

    byte[] chunk(Tables.Stored object, long number) {
        requireUsable();
        String key = object.info().key();
        return database.run("read " + key, tables -> tables.chunk(object.id(), number))
                .orElseThrow(() -> missing(key, "found its chunk " + number + " gone"));
    }

    @Override
    public Optional<ObjectInfo> stat(String key) {
        ObjectKey.requireValid(key);
        return find(key).map(Tables.Stored::info);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, String startAfter) {
        ObjectKey.requireValidPrefix(prefix);
        ObjectKey.requireValidPrefix(startAfter);
        requireUsable();
        // Every page but the first, which is empty, is asked for when the one before it has been consumed.
        Optional<Tables.Page> start = Optional.of(new Tables.Page(List.of(), startAfter));
        return Stream.iterate(
                        start,
                        Optional::isPresent,
                        page -> nextPage(prefix, page.get().last()))
                .flatMap(page -> page.get().objects().stream());
    }

    private Optional<Tables.Page> nextPage(String prefix, String last) {
        requireUsable();
        return database.run("list " + prefix, tables -> tables.page(prefix, last));
    }

    @Override
    public void delete(String key) {
        ObjectKey.requireValid(key);
        requireUsable();
        database.run("delete " + key, tables -> tables.delete(key));
    }

    @Override
    public int discardAbandoned(Instant idleSince) {
        requireUsable();
        Instant lastSign = idleSince.minus(JdbcUpload.SIGN_OF_LIFE);
        return database.run("discard abandoned uploads", tables -> tables.discardAbandoned(process, lastSign));
    }

    @Override
    public List<Finding> check() {
        requireUsable();
        return new Probe(this).run();
    }

    @Override
    public void close() {
        closed = true;
        try {
            uploads.forEach(JdbcUpload::close);
        } finally {
            database.close();
        }
    }

    void forget(JdbcUpload upload) {
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
            throw new IllegalStateException("Expected " + this + " to be open, found it closed");
        }
    }

    private Optional<Tables.Stored> find(String key) {
        requireUsable();
        return database.run("look for " + key, tables -> tables.find(key));
    }

    private static DestinationException missing(String key, String found) {
        return new DestinationException(
                ErrorCode.DESTINATION_OBJECT_MISSING, key, "Expected an object at " + key + ", " + found, null);
    }

    /** Returns where this is. */
    @Override
    public String toString() {
        return "JdbcDestination[" + info.location() + "]";
    }
}
