package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.hold.HeldIds;
import io.holdfast.backup.core.hold.HoldSession;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import io.holdfast.testbed.chaos.ChaosProxy;
import io.holdfast.testbed.chaos.Script;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the usual things cost. Whoever changes a number here changes docs/S3.md too. */
class RequestCountsTest {
    private static final StoreIdentity STORE = new StoreIdentity("counts-1", "random");
    private static final RandomStore SMALL = RandomStore.filled(1, 10_000);

    @TempDir
    Path directory;

    private S3Server server;
    private String bucket;

    @BeforeEach
    void start() throws IOException {
        server = LocalS3Server.inMemory();
        bucket = server.newBucket();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void the_first_small_backup_makes_the_repository_and_learns_what_the_server_can() throws IOException {
        assertThat(requestsOf(RequestCountsTest::backUp))
                .isEqualTo(Map.of("GetObject", 3L, "ListObjectsV2", 8L, "PutObject", 7L, "DeleteObject", 1L));
    }

    @Test
    void another_small_backup() throws IOException {
        requestsOf(RequestCountsTest::backUp);

        assertThat(requestsOf(RequestCountsTest::backUp))
                .isEqualTo(Map.of("GetObject", 3L, "ListObjectsV2", 4L, "PutObject", 6L, "DeleteObject", 1L));
    }

    @Test
    void another_small_backup_of_the_same_process() throws IOException {
        try (ChaosProxy proxy = ChaosProxy.before(server, Script.NOTHING);
                Destination destination = open(proxy)) {
            Repository repository = repository(destination);
            backUp(repository);
            Map<String, Long> before = proxy.traffic().requests();
            backUp(repository);

            assertThat(difference(proxy.traffic().requests(), before))
                    .isEqualTo(Map.of("GetObject", 2L, "ListObjectsV2", 3L, "PutObject", 4L));
        }
    }

    @Test
    void a_small_restore() throws IOException {
        BackupId[] id = new BackupId[1];
        requestsOf(destination -> id[0] = backUp(repository(destination)));

        assertThat(requestsOf(destination ->
                        new Restorer(Repository.openReadOnly(destination)).restore(id[0], RandomStore.empty())))
                .isEqualTo(Map.of("GetObject", 3L, "ListObjectsV2", 2L));
    }

    @Test
    void a_listing_reads_each_manifest_once() throws IOException {
        makeBackups(20);

        list(20);
    }

    @Test
    @Tag("soak")
    void a_listing_of_a_thousand() throws IOException {
        makeBackups(1_000);

        list(1_000);
    }

    @Test
    void a_hold_reads_each_manifest_once_and_each_set_of_ids_once() throws IOException {
        makeBackups(20);

        hold(20);
    }

    @Test
    @Tag("soak")
    void a_listing_and_a_hold_of_ten_thousand() throws IOException {
        bringBackups(10_000);

        list(10_000);
        hold(10_000);
    }

    /** Two listings, one before the manifests are read and one for those in flight; a third and its pages for the check. */
    private void hold(int count) throws IOException {
        int pages = pages(count);
        long begin = System.nanoTime();
        Map<String, Long> requests = requestsOf(destination -> {
            BackupHold hold = new BackupHold(directory);
            hold.hold(Repository.openReadOnly(destination));
            HoldSession session = hold.begin();
            try (HeldIds ids = session.sortedIds()) {
                while (ids.hasNext()) {
                    assertThat(ids.next()).isNotEmpty();
                }
                session.check();
            }
        });
        System.out.printf("hold over %d backups: %s in %.1f s%n", count, requests, (System.nanoTime() - begin) / 1e9);
        assertThat(requests).isEqualTo(Map.of("GetObject", 1L + count + 1, "ListObjectsV2", 1L + 3L * pages));
    }

    private void makeBackups(int count) {
        try (Destination destination = open(server)) {
            Repository repository = repository(destination);
            for (int i = 0; i < count; i++) {
                backUp(repository);
            }
        }
    }

    /** Makes backups in a directory and copies them: this server walks through all that it has for each list. */
    private void bringBackups(int count) throws IOException {
        Path made = Files.createDirectory(directory.resolve("made"));
        try (Destination source = Destinations.open(DestinationConfig.of("fs", Map.of("path", made.toString())));
                Destination target = open(server)) {
            Repository repository = repository(source);
            for (int i = 0; i < count; i++) {
                backUp(repository);
            }
            try (Stream<ObjectInfo> objects = source.list("", "")) {
                for (ObjectInfo object : (Iterable<ObjectInfo>) objects::iterator) {
                    copy(object.key(), source, target);
                }
            }
        }
    }

    private static void copy(String key, Destination source, Destination target) throws IOException {
        try (InputStream in = source.open(key, 0);
                ObjectUpload upload = target.upload(key)) {
            in.transferTo(upload);
            upload.commit();
        }
    }

    private void list(int count) throws IOException {
        long begin = System.nanoTime();
        Map<String, Long> requests = requestsOf(destination ->
                assertThat(Repository.openReadOnly(destination).list()).hasSize(count));
        System.out.printf("list of %d backups: %s in %.1f s%n", count, requests, (System.nanoTime() - begin) / 1e9);
        assertThat(requests).isEqualTo(Map.of("GetObject", 1L + count, "ListObjectsV2", 1L + pages(count)));
    }

    /** Four objects a backup, a thousand on a page. */
    private static int pages(int count) {
        return (count * 4 + 999) / 1000;
    }

    private static void backUp(Destination destination) {
        backUp(repository(destination));
    }

    private static BackupId backUp(Repository repository) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(SMALL, BackupRequest.manual()).backupId();
        }
    }

    private static Repository repository(Destination destination) {
        return Repository.open(destination, RepositoryConfig.builder(STORE).build());
    }

    private Map<String, Long> requestsOf(Consumer<Destination> work) throws IOException {
        try (ChaosProxy proxy = ChaosProxy.before(server, Script.NOTHING)) {
            try (Destination destination = open(proxy)) {
                work.accept(destination);
            }
            return proxy.traffic().requests();
        }
    }

    private static Map<String, Long> difference(Map<String, Long> after, Map<String, Long> before) {
        Map<String, Long> difference = new java.util.TreeMap<>();
        after.forEach((operation, count) -> {
            long more = count - before.getOrDefault(operation, 0L);
            if (more > 0) {
                difference.put(operation, more);
            }
        });
        return difference;
    }

    private Destination open(S3Server through) {
        return Destinations.open(DestinationConfig.of("s3", through.properties(bucket)));
    }
}
