package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.core.restore.directory.StoreOpener;
import io.holdfast.backup.core.snapshot.CheckpointTar;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.rocksdb.Checkpoint;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An index in RocksDB: names, and the ids of the contents that they stand for. Safe for use by several threads of one process.
 *
 * <p>How it keeps the rules of {@link Backupable}:
 *
 * <ul>
 *   <li>A2: a checkpoint is RocksDB's own, hard links to files that never change; stream and ids are both read from it, and
 *       writers go on.
 *   <li>A3, A4: a restore extracts beside the empty database, opens what it got, and takes its place by one rename.
 *   <li>A5: the checkpoint is removed in {@code finally}; what a crash leaves, the next opening removes.
 * </ul>
 */
public final class RocksIndex implements Backupable, StoreOpener.Opened {
    private static final SnapshotFormat FORMAT = new SnapshotFormat("rocksdb-index", 1);
    private static final CheckpointTar TAR = new CheckpointTar(FORMAT);
    private static final String TEMPORARY = "temporary-";

    private final Path directory;
    private final Path files;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Options options = new Options().setCreateIfMissing(true);
    private RocksDB database;

    private RocksIndex(Path directory) throws IOException {
        this.directory = directory;
        this.files = directory.resolve("db");
        try {
            this.database = RocksDB.open(options, files.toString());
        } catch (RocksDBException e) {
            options.close();
            throw new IOException("RocksDB could not be opened in " + files + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens an index, which is made when it is not there.
     *
     * @param directory where it lies; used by one process at a time
     * @return the index, which the caller closes
     * @throws IOException if it cannot be opened
     */
    public static RocksIndex open(Path directory) throws IOException {
        RocksDB.loadLibrary();
        Files.createDirectories(directory);
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path left : entries.toList()) {
                if (String.valueOf(left.getFileName()).startsWith(TEMPORARY)) {
                    remove(left);
                }
            }
        }
        return new RocksIndex(directory);
    }

    private interface Work<T> {
        T with(RocksDB database) throws RocksDBException;
    }

    private <T> T read(Work<T> work) throws IOException {
        lock.readLock().lock();
        try {
            return work.with(database);
        } catch (RocksDBException e) {
            throw new IOException("RocksDB failed in " + files + ": " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Makes changes, all of them or none.
     *
     * @param changes ids of immutable contents by name; an empty id removes the name
     * @throws IOException if the database fails
     * @throws IllegalArgumentException if an id is no payload id
     */
    public void change(Map<String, String> changes) throws IOException {
        read(open -> {
            try (WriteBatch batch = new WriteBatch();
                    WriteOptions writing = new WriteOptions()) {
                for (Map.Entry<String, String> change : changes.entrySet()) {
                    if (change.getValue().isEmpty()) {
                        batch.delete(bytes(change.getKey()));
                    } else {
                        batch.put(bytes(change.getKey()), PayloadIDSet.encode(change.getValue()));
                    }
                }
                open.write(writing, batch);
            }
            return changes;
        });
    }

    /**
     * Returns the id that a name stands for.
     *
     * @param name the name
     * @return the id, if there is one
     * @throws IOException if the database fails
     */
    public Optional<String> find(String name) throws IOException {
        return read(open -> Optional.ofNullable(open.get(bytes(name))).map(RocksIndex::text));
    }

    /**
     * Shows every name and its id, in the order of the names' bytes.
     *
     * @param consumer sees each
     * @throws IOException if the database fails
     */
    public void forEach(BiConsumer<String, String> consumer) throws IOException {
        read(open -> {
            walk(open, consumer);
            return open;
        });
    }

    private static void walk(RocksDB open, BiConsumer<String, String> consumer) throws RocksDBException {
        try (RocksIterator entries = open.newIterator()) {
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                consumer.accept(text(entries.key()), text(entries.value()));
            }
            // An iterator that fails is only no longer valid.
            entries.status();
        }
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        context.engineMetadata("rocksdb", RocksDB.rocksdbVersion().toString());
        Path temporary = Files.createTempDirectory(directory, TEMPORARY);
        try {
            Path captured = temporary.resolve("checkpoint");
            read(open -> {
                try (Checkpoint checkpoint = Checkpoint.create(open)) {
                    checkpoint.createCheckpoint(captured.toString());
                }
                return open;
            });
            TAR.write(captured, out, context);
            return idsIn(captured, context);
        } finally {
            remove(temporary);
        }
    }

    private static PayloadIDSet idsIn(Path captured, BackupContext context) throws IOException {
        PayloadIDSet ids = context.newPayloadIDSet();
        try (Options reading = new Options();
                RocksDB checkpoint = RocksDB.openReadOnly(reading, captured.toString())) {
            walk(checkpoint, (name, id) -> {
                context.checkCancelled();
                ids.add(id);
            });
        } catch (RocksDBException e) {
            throw new IOException("The checkpoint " + captured + " could not be read: " + e.getMessage(), e);
        }
        return ids;
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        boolean empty = read(open -> {
            try (RocksIterator entries = open.newIterator()) {
                entries.seekToFirst();
                return !entries.isValid();
            }
        });
        if (!empty) {
            throw new RestoreDestinationNotEmptyException("Expected an empty index, found names in " + files);
        }
        Path temporary = Files.createTempDirectory(directory, TEMPORARY);
        try {
            TAR.extract(in, temporary, context);
            requireDatabase(temporary);
            takeOver(temporary);
        } finally {
            remove(temporary);
        }
    }

    private static void requireDatabase(Path loaded) {
        try (Options reading = new Options();
                RocksDB database = RocksDB.openReadOnly(reading, loaded.toString())) {
            walk(database, (name, id) -> {});
        } catch (RocksDBException e) {
            throw new RestoreCorruptException("Expected the files of a database, found others: " + e.getMessage(), e);
        }
    }

    private void takeOver(Path loaded) throws IOException {
        lock.writeLock().lock();
        try {
            database.close();
            remove(files);
            Files.move(loaded, files, StandardCopyOption.ATOMIC_MOVE);
            database = RocksDB.open(options, files.toString());
        } catch (RocksDBException e) {
            throw new IOException("RocksDB could not be opened in " + files + ": " + e.getMessage(), e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public Backupable store() {
        return this;
    }

    /** Reads every entry, with RocksDB's own checksums. */
    @Override
    public Optional<String> probe() throws IOException {
        long[] count = {0};
        forEach((name, id) -> count[0]++);
        return Optional.of(count[0] + " names read");
    }

    /** Flushes, and releases the database. Closing twice does nothing more. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            database.close();
            options.close();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void remove(Path tree) throws IOException {
        List<Path> paths;
        try (Stream<Path> walked = Files.exists(tree) ? Files.walk(tree) : Stream.empty()) {
            paths = walked.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
