package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.destination.Destination;
import io.holdfast.examples.engines.measured.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.rocksdb.Checkpoint;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Backs a large index up and restores it, beside a plain tar of a checkpoint. */
public final class RocksMeasurement {
    private static final StoreIdentity STORE = new StoreIdentity("index-1", "rocksdb-index");
    private static final int BATCH = 10_000;
    private static final int ROUNDS = 2;

    private RocksMeasurement() {}

    /** Arguments: an empty directory, and how many entries. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int entries = Integer.parseInt(arguments[1]);
        Path db = directory.resolve("db");
        try (LiveIndex index = LiveIndex.open(db, STORE)) {
            fill(index, entries);
        }
        Path checkpoint = checkpoint(db.resolve("store-1/db"), directory.resolve("checkpoint"));
        long bytes = Stopwatch.size(checkpoint);
        System.out.printf("RocksDB: %,d entries, a checkpoint of %,d bytes%n", entries, bytes);
        try (Destination destination =
                        Destinations.open(directory.resolve("backups").toUri().toString());
                Repository repository = Repository.open(
                        destination, RepositoryConfig.builder(STORE).build());
                LiveIndex index = LiveIndex.open(db, STORE)) {
            for (int round = 1; round <= ROUNDS; round++) {
                Path tar = directory.resolve("checkpoint-" + round + ".tar");
                Path extracted = Files.createDirectory(directory.resolve("extracted-" + round));
                Stopwatch.measure("Holdfast, backup", bytes, () -> backUp(repository, index));
                Stopwatch.measure(
                        "tar and sync", bytes, shell("tar -cf " + tar + " -C " + checkpoint + " . && sync " + tar));
                Stopwatch.measure("Holdfast, restore", bytes, () -> restore(repository, index));
                Stopwatch.measure(
                        "untar and sync",
                        bytes,
                        shell("tar -xf " + tar + " -C " + extracted + " && sync " + extracted + "/*"));
            }
            if (index.find(name(entries - 1)).isEmpty()) {
                throw new IllegalStateException("Expected the last entry to be restored, found none");
            }
        }
    }

    private static void restore(Repository repository, LiveIndex index) {
        RestoreOrchestrator.builder(repository, index.target())
                .build()
                .restore(new RestoreSelection.Newest(), new Cancellation());
    }

    private static List<String> shell(String command) {
        return List.of("sh", "-c", command);
    }

    private static String name(int number) {
        return "volumes/projects/" + number % 1_000 + "/objects/part-" + number + ".parquet";
    }

    private static void fill(LiveIndex index, int entries) throws Exception {
        Random random = new Random(1);
        byte[] hash = new byte[32];
        Map<String, String> changes = new TreeMap<>();
        for (int number = 0; number < entries; number++) {
            random.nextBytes(hash);
            changes.put(name(number), HexFormat.of().formatHex(hash));
            if (changes.size() == BATCH || number == entries - 1) {
                index.change(changes);
                changes.clear();
            }
        }
    }

    private static Path checkpoint(Path files, Path captured) throws RocksDBException {
        try (Options options = new Options();
                RocksDB database = RocksDB.open(options, files.toString());
                Checkpoint checkpoint = Checkpoint.create(database)) {
            checkpoint.createCheckpoint(captured.toString());
        }
        return captured;
    }

    private static void backUp(Repository repository, LiveIndex index) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            Manifest manifest = executor.run(index, BackupRequest.manual());
            System.out.printf("stored: %,d bytes%n", manifest.payload().size());
        }
    }
}
