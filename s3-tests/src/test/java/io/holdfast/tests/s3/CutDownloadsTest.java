package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Progress;
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
import io.holdfast.testbed.chaos.Weather;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One download whose connections are cut fifty times over, from a real server (R7). */
class CutDownloadsTest {
    private static final StoreIdentity STORE = new StoreIdentity("cut-2", "random");
    private static final long SIZE = 64L << 20;
    private static final long CUT_AFTER = 1_250_000;
    private static final int CUTS = 50;
    private static final double MOST_OVERHEAD = 1.2;

    /** No faster than a good line: a reset also takes what its host has received and nobody has read yet. */
    private static final Script CUT = new Script() {
        @Override
        public Weather connected(long number) {
            return new Weather(Duration.ZERO, 16_000_000, CUT_AFTER, CUT_AFTER);
        }
    };

    @TempDir
    Path directory;

    private final RandomStore store = RandomStore.filled(2, SIZE);
    private final RandomStore fresh = RandomStore.empty();
    private final AtomicReference<Progress> last = new AtomicReference<>(new Progress(0, -1, -1, 0));
    private S3Server server;
    private String bucket;
    private BackupId id;

    private interface Driver {
        Destination open(S3Server through);
    }

    @BeforeEach
    void backUp() throws IOException {
        server = LocalS3Server.onDisk(directory);
        bucket = server.newBucket();
        try (Destination destination = driver(server)) {
            Repository repository =
                    Repository.open(destination, RepositoryConfig.builder(STORE).build());
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                id = executor.run(store, BackupRequest.manual()).backupId();
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Destination driver(S3Server through) {
        Map<String, String> properties = new TreeMap<>(through.properties(bucket));
        return Destinations.open(DestinationConfig.of("s3", properties));
    }

    private double restore(Driver driver) throws IOException {
        long begin = System.nanoTime();
        try (ChaosProxy proxy = ChaosProxy.before(server, CUT);
                Destination destination = driver.open(proxy)) {
            new Restorer(Repository.openReadOnly(destination), told -> last.set(told.progress())).restore(id, fresh);
            double received = proxy.traffic().received() / (double) SIZE;
            long cuts = proxy.traffic().faults().getOrDefault("cut-connection", 0L);
            System.out.println(
                    "cut download: %d bytes, %d cuts, %d resumed by core, received %.3f of the size in %.1f s"
                            .formatted(
                                    SIZE, cuts, last.get().resumptions(), received, (System.nanoTime() - begin) / 1e9));
            assertThat(cuts).isGreaterThanOrEqualTo(CUTS);
            return received;
        }
    }

    @Test
    void a_restore_by_the_driver_completes() throws IOException {
        double received = restore(this::driver);

        assertThat(fresh.holdsWhatWasIn(store)).isTrue();
        assertThat(received).isBetween(1.0, MOST_OVERHEAD);
    }

    @Test
    void a_restore_by_a_driver_that_resumes_nothing_completes() throws IOException {
        double received = restore(proxy -> new PlainDownloads(driver(proxy), proxy.client(), bucket));

        assertThat(fresh.holdsWhatWasIn(store)).isTrue();
        assertThat(last.get().resumptions()).isGreaterThanOrEqualTo(CUTS);
        assertThat(received).isBetween(1.0, MOST_OVERHEAD);
    }
}
