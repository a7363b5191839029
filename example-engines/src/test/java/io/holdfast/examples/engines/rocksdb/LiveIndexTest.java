package io.holdfast.examples.engines.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreDrill;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.restore.directory.StoreOpener;
import io.holdfast.backup.destination.Destination;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores of a live index in RocksDB, which answers queries all the time. */
@Timeout(900)
class LiveIndexTest {
    static final StoreIdentity STORE = new StoreIdentity("index-1", "rocksdb-index");
    static final String NAME = "the name that is asked for";
    private static final RestoreSelection NEWEST = new RestoreSelection.Newest();

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger queries = new AtomicInteger();
    private final Set<String> answers = new ConcurrentSkipListSet<>();

    private String uri = "";
    private Destination destination;
    private Repository repository;
    private LiveIndex index;
    private BackupId backup;
    private Future<?> reader;

    @BeforeEach
    void back_up_and_go_on() throws IOException {
        uri = directory.resolve("backups").toUri().toString();
        destination = Destinations.open(uri);
        repository = Repository.open(
                destination, RepositoryConfig.builder(STORE).name("index").build());
        index = LiveIndex.open(directory.resolve("db"), STORE);
        fill("restored");
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            backup = executor.run(index, BackupRequest.manual()).backupId();
        }
        fill("live");
        reader = threads.submit(() -> {
            while (!stop.get()) {
                answers.add(index.find(NAME).orElse("nothing"));
                queries.incrementAndGet();
            }
            return null;
        });
    }

    private void fill(String text) throws IOException {
        Map<String, String> changes = new TreeMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            changes.put("name-" + i, "content-" + random.nextLong());
        }
        changes.put(NAME, text);
        index.change(changes);
    }

    @AfterEach
    void close() throws Exception {
        stop.set(true);
        reader.get();
        threads.shutdown();
        index.close();
        repository.close();
        destination.close();
    }

    private RestoreResult restore() {
        return RestoreOrchestrator.builder(repository, index.target()).build().restore(NEWEST, new Cancellation());
    }

    private void requireAnswers(String... expected) {
        int before = queries.get();
        await().until(() -> queries.get() > before + 100 || reader.isDone());
        assertThat(reader.isDone()).as("the reader met an error").isFalse();
        assertThat(answers).containsExactlyInAnyOrder(expected);
    }

    private void requireUntouched() throws IOException {
        requireAnswers("live");
        try (Stream<Path> entries = Files.list(directory.resolve("db"))) {
            assertThat(entries.map(entry -> String.valueOf(entry.getFileName())))
                    .contains("CURRENT", "store-1")
                    .isSubsetOf("CURRENT", "LOCK", "store-1");
        }
    }

    @Test
    void a_restore_replaces_the_index_under_its_readers() throws IOException {
        requireAnswers("live");
        assertThat(restore().warnings()).isEmpty();
        requireAnswers("live", "restored");
        assertThat(index.find(NAME)).contains("restored");
        assertThat(directory.resolve("db/store-1")).doesNotExist();
        fill("goes on");
        assertThat(index.find(NAME)).contains("goes on");
    }

    @Test
    void a_corrupt_archive_leaves_the_live_index_alone() throws IOException {
        Path payload = directory.resolve("backups/backups/" + backup + "/payload.bin");
        byte[] bytes = Files.readAllBytes(payload);
        bytes[bytes.length / 2] ^= 1;
        Path beside = directory.resolve("corrupt");
        Files.write(beside, bytes);
        Files.move(beside, payload, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::restore)
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH));
        requireUntouched();
    }

    @Test
    void a_wrong_key_leaves_the_live_index_alone() throws IOException {
        String sealed = directory.resolve("sealed").toUri().toString();
        try (Destination there = Destinations.open(sealed);
                Repository writing = Repository.open(there, config("1").build());
                BackupExecutor executor = BackupExecutor.builder(writing).build()) {
            executor.run(index, BackupRequest.manual());
        }
        assertThatThrownBy(() -> {
                    try (Destination there = Destinations.open(sealed);
                            Repository reading = Repository.openReadOnly(there, keys("2"))) {
                        RestoreOrchestrator.builder(reading, index.target())
                                .build()
                                .restore(NEWEST, new Cancellation());
                    }
                })
                .isInstanceOf(BackupException.class);
        requireUntouched();
    }

    private static RepositoryConfig.Builder config(String digit) {
        return RepositoryConfig.builder(STORE).encryption(keys(digit));
    }

    /** A key of one digit, over and over. */
    private static EncryptionConfig keys(String digit) {
        return EncryptionConfig.builder()
                .environment(name -> digit.repeat(64))
                .recipient("env:KEY")
                .build();
    }

    private LiveIndex withOpener(StoreOpener opener) throws IOException {
        stop.set(true);
        index.close();
        return LiveIndex.open(directory.resolve("db"), STORE, opener);
    }

    private static StoreOpener.Opened failing(Backupable store) {
        return new StoreOpener.Opened() {
            @Override
            public Backupable store() {
                return store;
            }

            @Override
            public void close() {}
        };
    }

    private static Backupable throwing() {
        return new Backupable() {
            @Override
            public PayloadIDSet backup(OutputStream out, BackupContext context) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void restore(InputStream in, BackupContext context) throws IOException {
                in.readNBytes(1_000);
                throw new IOException("No space left on device");
            }
        };
    }

    @Test
    void a_store_that_throws_or_whose_disk_is_full_leaves_the_live_index_alone() throws Exception {
        stop.set(true);
        reader.get();
        LiveIndex other = withOpener(place -> failing(throwing()));
        index = other;
        assertThatThrownBy(this::restore).hasStackTraceContaining("No space left");
        assertThat(index.find(NAME)).contains("live");
        assertThat(directory.resolve("db/store-2")).doesNotExist();
    }

    @Test
    void a_swap_that_is_blocked_leaves_the_live_index_alone() throws IOException {
        // Nothing can be written in the place of the new pointer.
        Path blocked = directory.resolve("db/CURRENT.tmp");
        AtomicBoolean blocking = new AtomicBoolean();
        RestoreListener blocker = progress -> {
            if (blocking.compareAndSet(false, true)) {
                try {
                    Files.createDirectories(blocked.resolve("in the way"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        assertThatThrownBy(() -> RestoreOrchestrator.builder(repository, index.target())
                        .listener(blocker)
                        .build()
                        .restore(NEWEST, new Cancellation()))
                .isInstanceOf(BackupException.class);
        Files.delete(blocked.resolve("in the way"));
        Files.delete(blocked);
        requireUntouched();
    }

    @Test
    void a_drill_reads_every_name_and_leaves_nothing() throws IOException {
        Verification evidence = new RestoreDrill(repository, index.target(), new MemoryJobStore(), RestoreListener.NONE)
                .run(NEWEST, new Cancellation());
        assertThat(evidence.sound()).isTrue();
        assertThat(evidence.checked()).contains("2001 names read");
        requireUntouched();
    }

    @Test
    void a_new_machine_restores_from_the_destination_alone() throws IOException {
        StoreIdentity fresh = new StoreIdentity("index-2", "rocksdb-index");
        try (Destination there = Destinations.open(uri);
                Repository adopted = Repository.adoptStore(
                        there, RepositoryConfig.builder(fresh).build());
                LiveIndex empty = LiveIndex.open(directory.resolve("new machine"), fresh)) {
            RestoreOrchestrator.builder(adopted, empty.target()).build().restore(NEWEST, new Cancellation());
            assertThat(empty.find(NAME)).contains("restored");
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestoringProcess.class.getName(),
                        uri,
                        directory.resolve("db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void killAndRecover(int rounds) throws Exception {
        stop.set(true);
        reader.get();
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int swapped = 0;
        for (int round = 0; round < rounds; round++) {
            fill("live");
            index.close();
            Process process = start();
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.readLine()).isEqualTo("ready");
                process.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS);
                process.destroyForcibly().waitFor();
            }
            index = LiveIndex.open(directory.resolve("db"), STORE);
            String found = index.find(NAME).orElseThrow();
            assertThat(found).as("seed %d, round %d", seed, round).isIn("live", "restored");
            swapped += found.equals("restored") ? 1 : 0;
            try (Stream<Path> entries = Files.list(directory.resolve("db"))) {
                assertThat(entries).hasSize(3);
            }
            assertThat(index.target().recover()).isEmpty();
        }
        System.out.println("of " + rounds + " killed restores, " + swapped + " had swapped");
    }

    @Test
    void a_killed_restore_leaves_one_index_whole() throws Exception {
        killAndRecover(4);
    }

    @Test
    @Tag("soak")
    void a_hundred_killed_restores_leave_one_index_whole() throws Exception {
        killAndRecover(100);
    }
}
