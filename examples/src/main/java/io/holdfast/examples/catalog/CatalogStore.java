package io.holdfast.examples.catalog;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.snapshot.RecordReader;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * A file catalogue in an H2 MVStore. Safe for use by several threads.
 *
 * <p>How it keeps the rules of {@link Backupable}:
 *
 * <ul>
 *   <li>A2: a cursor reads one root of a copy-on-write tree, and the version's use is registered until the end, so writers go on
 *       and change nothing that is being read.
 *   <li>A3, A4: a restore fills a map beside the real one, which takes its place in one commit after the stream has ended well. A
 *       crash in the middle leaves a map that the next opening throws away.
 *   <li>A5: the snapshot is released in {@code finally}; a failed restore removes its map.
 *   <li>A6: an id is the hash of the content that it names.
 * </ul>
 */
final class CatalogStore implements Backupable, AutoCloseable {
    static final String KIND = "catalog";
    static final SnapshotFormat FORMAT = new SnapshotFormat(KIND, 1);

    private static final String ENTRIES = "entries";
    private static final String LOADING = "entries.loading";
    private static final String ID = "store-id";
    private static final int ENTRIES_PER_COMMIT = 20_000;
    private static final int ENTRIES_PER_CHECK = 1_000;

    private final MVStore engine;
    private final StoreIdentity identity;
    private MVMap<String, byte[]> entries;

    private CatalogStore(MVStore engine) {
        this.engine = engine;
        // A snapshot registers the version that it reads; keeping others by default costs heap under many writes.
        engine.setVersionsToKeep(0);
        if (engine.hasMap(LOADING)) {
            engine.removeMap(LOADING);
        }
        MVMap<String, String> about = engine.openMap("about");
        this.identity = new StoreIdentity(
                about.computeIfAbsent(ID, key -> UUID.randomUUID().toString()), KIND);
        this.entries = engine.openMap(ENTRIES);
        engine.commit();
    }

    /**
     * Opens a catalogue, which is made when it is not there.
     *
     * @param file the engine's file
     * @return the store, which the caller closes
     */
    static CatalogStore open(Path file) {
        return new CatalogStore(new MVStore.Builder()
                .fileName(file.toString())
                .autoCommitDisabled()
                .open());
    }

    /** Who this store is; kept inside the engine, so it goes where the file goes, and a restore does not change it. */
    StoreIdentity identity() {
        return identity;
    }

    /** Adds an entry, or replaces the one with the same path. Durable after the next {@link #commit}. */
    void put(CatalogEntry entry) {
        map().put(entry.path(), entry.encode());
    }

    /** Removes an entry. Durable after the next {@link #commit}. */
    void remove(String path) {
        map().remove(path);
    }

    /** Removes every entry. Durable after the next {@link #commit}. */
    void clear() {
        map().clear();
    }

    Optional<CatalogEntry> get(String path) {
        return Optional.ofNullable(map().get(path)).map(CatalogEntry::decode);
    }

    long size() {
        return map().sizeAsLong();
    }

    /** Shows every entry in the order of their paths, as they are now. */
    void forEach(Consumer<CatalogEntry> consumer) {
        MVStore.TxCounter snapshot = engine.registerVersionUsage();
        try {
            Cursor<String, byte[]> cursor = map().cursor(null);
            while (cursor.hasNext()) {
                cursor.next();
                consumer.accept(CatalogEntry.decode(cursor.getValue()));
            }
        } finally {
            engine.deregisterVersionUsage(snapshot);
        }
    }

    /** Makes everything durable that was written so far. */
    void commit() {
        engine.commit();
        engine.sync();
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        context.engineMetadata("engine", "h2-mvstore");
        context.engineMetadata("schema-version", String.valueOf(FORMAT.schemaVersion()));
        PayloadIDSet ids = context.newPayloadIDSet();
        RecordWriter writer = new RecordWriter(out, FORMAT, CatalogEntry.MAX_BYTES);
        MVStore.TxCounter snapshot = engine.registerVersionUsage();
        try {
            MVMap<String, byte[]> map = map();
            Cursor<String, byte[]> cursor = map.cursor(null);
            long total = map.sizeAsLong();
            long done = 0;
            while (cursor.hasNext()) {
                cursor.next();
                byte[] record = cursor.getValue();
                writer.write(record);
                CatalogEntry.decode(record).payloadId().ifPresent(ids::add);
                if (++done % ENTRIES_PER_CHECK == 0) {
                    context.checkCancelled();
                    context.progress(done, Math.max(done, total));
                }
            }
            writer.finish();
            context.progress(done, done);
            context.engineMetadata("entries", String.valueOf(done));
            return ids;
        } finally {
            engine.deregisterVersionUsage(snapshot);
        }
    }

    @Override
    public synchronized void restore(InputStream in, BackupContext context) throws IOException {
        if (!entries.isEmpty()) {
            throw new RestoreDestinationNotEmptyException(
                    "Expected an empty catalogue, found one with " + entries.sizeAsLong() + " entries");
        }
        MVMap<String, byte[]> loading = engine.openMap(LOADING);
        boolean loaded = false;
        try {
            load(new RecordReader(in, FORMAT, CatalogEntry.MAX_BYTES), context, loading);
            engine.removeMap(entries);
            engine.renameMap(loading, ENTRIES);
            entries = loading;
            commit();
            loaded = true;
        } catch (MVStoreException e) {
            throw new IOException("The engine failed to take the snapshot", e);
        } finally {
            if (!loaded && engine.hasMap(LOADING)) {
                engine.removeMap(loading);
                engine.commit();
            }
        }
    }

    private void load(RecordReader reader, BackupContext context, MVMap<String, byte[]> target) throws IOException {
        long done = 0;
        while (reader.next()) {
            byte[] record = reader.toByteArray();
            target.put(pathOf(record), record);
            done++;
            if (done % ENTRIES_PER_CHECK == 0) {
                context.checkCancelled();
                context.progress(done, -1);
            }
            if (done % ENTRIES_PER_COMMIT == 0) {
                // Keeps the heap small; nobody sees the map before it takes the real one's place.
                engine.commit();
            }
        }
        if (target.sizeAsLong() != done) {
            throw new RestoreCorruptException("Expected " + done + " different paths, found " + target.sizeAsLong());
        }
        context.progress(done, done);
    }

    private static String pathOf(byte[] record) {
        try {
            return CatalogEntry.decode(record).path();
        } catch (IllegalArgumentException e) {
            throw new RestoreCorruptException("Expected an entry of the catalogue, found another record", e);
        }
    }

    private synchronized MVMap<String, byte[]> map() {
        return entries;
    }

    @Override
    public void close() {
        engine.commit();
        engine.close();
    }
}
