package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import io.holdfast.testbed.chaos.ChaosProxy;
import io.holdfast.testbed.chaos.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** No connection lives long, and everything arrives nevertheless, without being sent twice over. */
class CutConnectionsTest {
    private static final double MOST_OVERHEAD = 1.4;
    private static final StoreIdentity STORE = new StoreIdentity("cut-1", "random");

    @TempDir
    Path directory;

    @Test
    void a_backup_and_its_restore_survive_cut_connections(TestReporter reporter) throws IOException {
        run(reporter, 64L << 20, 12_000_000, "5MiB", "4");
    }

    /** The size and the rest can be chosen: -Dcut.size, -Dcut.after, -Dcut.part-size, -Dcut.parts-in-flight. */
    @Test
    @Tag("soak")
    void three_gigabytes_do_by_default(TestReporter reporter) throws IOException {
        run(
                reporter,
                Long.getLong("cut.size", 3L << 30),
                Long.getLong("cut.after", 50_000_000),
                System.getProperty("cut.part-size", "8MiB"),
                System.getProperty("cut.parts-in-flight", "4"));
    }

    private void run(TestReporter reporter, long size, long cutAfter, String partSize, String partsInFlight)
            throws IOException {
        RandomStore store = RandomStore.filled(1, size);
        try (S3Server server = LocalS3Server.onDisk(directory)) {
            Map<String, String> properties = new TreeMap<>(server.properties(server.newBucket()));
            properties.putAll(Map.of("part-size", partSize, "parts-in-flight", partsInFlight));
            long begin = System.nanoTime();
            BackupId id;
            double sent;
            long cuts;
            try (ChaosProxy proxy = ChaosProxy.before(server, Script.cutAfter(cutAfter));
                    Destination destination = through(proxy, properties)) {
                Repository repository = Repository.open(
                        destination, RepositoryConfig.builder(STORE).build());
                try (BackupExecutor executor =
                        BackupExecutor.builder(repository).build()) {
                    id = executor.run(store, BackupRequest.manual()).backupId();
                }
                sent = proxy.traffic().sent() / (double) size;
                cuts = proxy.traffic().faults().getOrDefault("cut-connection", 0L);
            }
            long middle = System.nanoTime();
            RandomStore fresh = RandomStore.empty();
            double received;
            try (ChaosProxy proxy = ChaosProxy.before(server, Script.cutAfter(cutAfter));
                    Destination destination = through(proxy, properties)) {
                new Restorer(Repository.openReadOnly(destination)).restore(id, fresh);
                received = proxy.traffic().received() / (double) size;
                cuts += proxy.traffic().faults().getOrDefault("cut-connection", 0L);
            }
            reporter.publishEntry(
                    "%d bytes, cut after %d, parts of %s, %s in flight: %d cuts, sent %.3f in %.1f s, received %.3f in %.1f s"
                            .formatted(
                                    size,
                                    cutAfter,
                                    partSize,
                                    partsInFlight,
                                    cuts,
                                    sent,
                                    (middle - begin) / 1e9,
                                    received,
                                    (System.nanoTime() - middle) / 1e9));

            assertThat(fresh.holdsWhatWasIn(store)).isTrue();
            assertThat(cuts).isPositive();
            assertThat(sent).isBetween(1.0, MOST_OVERHEAD);
            assertThat(received).isBetween(1.0, MOST_OVERHEAD);
        }
    }

    private static Destination through(S3Server proxy, Map<String, String> properties) {
        Map<String, String> changed = new TreeMap<>(properties);
        changed.put("endpoint", proxy.endpoint().toString());
        return Destinations.open(DestinationConfig.of("s3", changed));
    }
}
