package io.holdfast.examples.catalog;

import io.holdfast.backup.conformance.BackupableConformance;
import io.holdfast.backup.core.snapshot.RecordReader;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on a real catalogue in files. */
class CatalogConformanceTest extends BackupableConformance<CatalogStore> {
    private static final String HASH = "%064x";

    @TempDir
    Path directory;

    private final AtomicInteger opened = new AtomicInteger();

    @Override
    protected CatalogStore openStore() {
        return CatalogStore.open(directory.resolve("catalogue-" + opened.incrementAndGet()));
    }

    /** A catalogue knows no transaction over several entries, so a change is one entry: added, replaced or removed. */
    @Override
    protected void change(CatalogStore store, int number) {
        if (number % 5 == 0) {
            store.remove(path(number - 2));
        } else {
            int place = number % 7 == 0 ? number - 1 : number;
            store.put(new CatalogEntry(
                    path(place), CatalogEntry.Type.FILE, number, number * 1_000L, 0644, HASH.formatted(number)));
        }
    }

    private static String path(int number) {
        return "/data/" + number % 13 + "/file-" + number;
    }

    @Override
    protected Collection<String> contents(CatalogStore store) {
        List<String> entries = new ArrayList<>();
        store.forEach(entry -> entries.add(entry.toString()));
        return entries;
    }

    @Override
    protected Collection<String> payloadIds(CatalogStore store) {
        List<String> ids = new ArrayList<>();
        store.forEach(entry -> entry.payloadId().ifPresent(ids::add));
        return ids;
    }

    @Override
    protected Optional<byte[]> otherSchema(byte[] snapshot) throws IOException {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        RecordReader reader =
                new RecordReader(new ByteArrayInputStream(snapshot), CatalogStore.FORMAT, CatalogEntry.MAX_BYTES);
        RecordWriter writer = new RecordWriter(
                other,
                new SnapshotFormat(CatalogStore.KIND, CatalogStore.FORMAT.schemaVersion() + 1),
                CatalogEntry.MAX_BYTES);
        while (reader.next()) {
            writer.write(reader.toByteArray());
        }
        writer.finish();
        return Optional.of(other.toByteArray());
    }
}
