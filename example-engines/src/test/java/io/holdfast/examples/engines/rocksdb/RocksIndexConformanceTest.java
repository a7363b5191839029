package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.conformance.BackupableConformance;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.RunContext;
import io.holdfast.backup.core.snapshot.CheckpointTar;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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

    @Override
    protected Optional<byte[]> otherSchema(byte[] snapshot) throws IOException {
        BackupContext context = new RunContext(Clock.system(), new Cancellation(), IdSpill.standard());
        Path files = Files.createTempDirectory(directory, "files");
        new CheckpointTar(new SnapshotFormat("rocksdb-index", 1))
                .extract(new ByteArrayInputStream(snapshot), files, context);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        new CheckpointTar(new SnapshotFormat("rocksdb-index", 2)).write(files, other, context);
        return Optional.of(other.toByteArray());
    }

    /** Of Java's heap; RocksDB has its own memory. */
    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(2 << 20);
    }

    /** Names that nothing can compress to less than a third of the length. */
    @Override
    protected void grow(RocksIndex store) throws IOException {
        Random random = new Random(1);
        byte[] name = new byte[1_000];
        Map<String, String> changes = new TreeMap<>();
        for (int number = 0; number < 10_000; number++) {
            random.nextBytes(name);
            changes.put(HexFormat.of().formatHex(name), "content");
            if (changes.size() == 100) {
                store.change(changes);
                changes.clear();
            }
        }
    }

    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of());
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
