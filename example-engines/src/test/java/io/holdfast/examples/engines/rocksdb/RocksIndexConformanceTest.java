package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.conformance.BackupableConformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on RocksDB. */
class RocksIndexConformanceTest extends BackupableConformance<RocksIndex> {
    @TempDir
    Path directory;

    private final Map<RocksIndex, Path> places = new ConcurrentHashMap<>();

    @Override
    protected RocksIndex openStore() throws IOException {
        Path place = Files.createTempDirectory(directory, "index");
        RocksIndex index = RocksIndex.open(place);
        places.put(index, place);
        return index;
    }

    /** Every third change moves an entry, so that a torn snapshot shows. */
    @Override
    protected void change(RocksIndex store, int number) throws IOException {
        String id = "content-" + number;
        if (number % 3 == 0) {
            String moved = "name-" + (number - 1);
            store.change(Map.of(moved, "", "moved-" + number, store.find(moved).orElse(id), "name-" + number, id));
        } else {
            store.change(Map.of("name-" + number, id));
        }
    }

    @Override
    protected Collection<String> contents(RocksIndex store) throws IOException {
        List<String> entries = new ArrayList<>();
        store.forEach((name, id) -> entries.add(name + " " + id));
        return entries;
    }

    @Override
    protected Collection<String> payloadIds(RocksIndex store) throws IOException {
        List<String> ids = new ArrayList<>();
        store.forEach((name, id) -> ids.add(id));
        return ids;
    }

    /** Everything beside the database. */
    @Override
    protected OptionalInt heldSnapshots(RocksIndex store) {
        try (Stream<Path> files = Files.list(places.get(store))) {
            return OptionalInt.of(
                    (int) files.filter(file -> !file.endsWith("db")).count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
