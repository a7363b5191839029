package io.holdfast.examples.catalog;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How long a catalogue takes from backup to restore, and how much of that is Holdfast's. Arguments: an empty directory, and how many
 * entries, by default a million. The engine's share is what the same calls take without Holdfast: a snapshot to a plain file, and a load
 * from it. Everything is done twice; the first time warms up.
 */
final class CatalogSpeed {
    private final Path directory;
    private final int count;

    private CatalogSpeed(Path directory, int count) {
        this.directory = directory;
        this.count = count;
    }

    public static void main(String[] args) throws IOException {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        for (String round : List.of("cold", "warm")) {
            System.out.println(
                    round + ": " + new CatalogSpeed(Files.createDirectory(directory.resolve(round)), count).run());
        }
    }

    private String run() throws IOException {
        try (CatalogStore store = CatalogStore.open(directory.resolve("store"))) {
            fill(store);
            Path plain = directory.resolve("plain");
            double scan = seconds(() -> {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(plain), 1 << 16)) {
                    store.backup(out, new Bare());
                }
            });
            double load = seconds(() -> load(plain));
            try (Destination destination =
                            Destinations.open(directory.resolve("repository").toUri());
                    Repository repository = Repository.open(
                            destination,
                            RepositoryConfig.builder(store.identity()).build())) {
                double backup = seconds(() -> {
                    try (BackupExecutor executor =
                            BackupExecutor.builder(repository).build()) {
                        executor.run(store, BackupRequest.manual());
                    }
                });
                Manifest manifest = new Restorer(repository).newest().manifest().orElseThrow();
                double verify =
                        seconds(() -> new Verifier(repository).verify(manifest.backupId(), VerifyLevel.DECODED));
                double restore = seconds(() -> restore(repository, manifest));
                return String.format(
                        Locale.ROOT,
                        "%,d entries, %,d bytes: backup %.2f s (the engine alone %.2f), verify %.2f s, restore %.2f s (the engine"
                                + " alone %.2f); Holdfast's own %.2f s",
                        count,
                        manifest.plainSize(),
                        backup,
                        scan,
                        verify,
                        restore,
                        load,
                        Math.max(0, backup - scan) + verify + Math.max(0, restore - load));
            }
        }
    }

    private void fill(CatalogStore store) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            String hash = String.format(
                    "%016x%016x%016x%016x", random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            store.put(new CatalogEntry(
                    "/exports/department-" + i % 50 + "/project-" + i / 5000 + "/file-" + i,
                    CatalogEntry.Type.FILE,
                    random.nextInt(1 << 20),
                    1_700_000_000_000_000_000L + i,
                    0644,
                    hash));
        }
        store.commit();
    }

    private void load(Path plain) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(plain), 1 << 16);
                CatalogStore loaded = CatalogStore.open(directory.resolve("loaded"))) {
            loaded.restore(in, new Bare());
        }
    }

    private void restore(Repository repository, Manifest manifest) throws IOException {
        try (CatalogStore restored = CatalogStore.open(directory.resolve("restored"))) {
            new Restorer(repository).restore(manifest.backupId(), restored);
            if (restored.size() != count) {
                throw new IllegalStateException("Expected " + count + " entries, found " + restored.size());
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double seconds(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    /** A context that costs nothing, and keeps nothing. */
    private static final class Bare implements BackupContext {
        @Override
        public Clock clock() {
            return Clock.system();
        }

        @Override
        public void checkCancelled() {}

        @Override
        public void progress(long unitsDone, long unitsTotal) {}

        @Override
        public void engineMetadata(String key, String value) {}

        @Override
        public PayloadIDSet newPayloadIDSet() {
            return new PayloadIDSet() {
                @Override
                public void add(String id) {}

                @Override
                public boolean contains(String id) {
                    return false;
                }

                @Override
                public long size() {
                    return 0;
                }

                @Override
                public Iterator<String> iterator() {
                    return List.<String>of().iterator();
                }
            };
        }
    }
}
