package io.holdfast.backup.core.restore.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.DirectoryJobStore;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.destination.Destination;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies while it restores leaves the old store or the new one, whole. */
@Timeout(600)
class RestoreCrashTest {
    private static final RestoreSelection NEWEST = new RestoreSelection.Newest();

    @TempDir
    Path directory;

    private String uri = "";
    private BackupId backup;

    @BeforeEach
    void back_up() throws IOException {
        uri = directory.resolve("backups").toUri().toString();
        Path source = Files.createDirectory(directory.resolve("source"));
        FileNotes.write(source, "restored");
        try (Destination destination = Destinations.open(uri);
                Repository repository = open(destination);
                BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            backup = executor.run(new FileNotes(source), BackupRequest.manual()).backupId();
        }
    }

    private static Repository open(Destination destination) {
        return Repository.open(
                destination, RepositoryConfig.builder(Bench.STORE).name("notes").build());
    }

    private Process start(Path machine, int last) throws IOException {
        FileNotes.write(swap(machine).current(), "live");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingRestore.class.getName(),
                        uri,
                        machine.resolve("db").toString(),
                        machine.resolve("jobs").toString(),
                        Integer.toString(last))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static DirectorySwap swap(Path machine) {
        return DirectorySwap.builder(machine.resolve("db"), Bench.STORE, FileNotes::new)
                .build();
    }

    /** What an application does when it starts again. Returns what the live store holds. */
    private String startAgain(Path machine) throws IOException {
        DirectorySwap swap = swap(machine);
        String live;
        try (Destination destination = Destinations.open(uri);
                Repository repository = open(destination);
                DirectoryJobStore jobs = DirectoryJobStore.open(machine.resolve("jobs"), Clock.system())) {
            RestoreOrchestrator orchestrator =
                    RestoreOrchestrator.builder(repository, swap).jobStore(jobs).build();
            orchestrator.recover();
            assertThat(orchestrator.recover()).isEmpty();
            live = FileNotes.read(swap.current());
            assertThat(jobs.list()).allMatch(job -> job.state() != JobState.RUNNING);
            assertThat(repository.get(backup).pinnedBy()).isEmpty();
            requireNothingLeft(machine);

            orchestrator.restore(NEWEST, new Cancellation());
            assertThat(FileNotes.read(swap.current())).isEqualTo("restored");
            requireNothingLeft(machine);
        }
        return live;
    }

    private static void requireNothingLeft(Path machine) throws IOException {
        try (Stream<Path> entries = Files.list(machine.resolve("db"))) {
            assertThat(entries.map(entry -> String.valueOf(entry.getFileName())))
                    .hasSize(3)
                    .contains("CURRENT", "LOCK");
        }
        try (Stream<Path> entries = Files.list(machine)) {
            assertThat(entries.filter(entry -> !entry.endsWith("jobs"))).hasSize(1);
        }
    }

    @Test
    void a_kill_before_any_step_leaves_one_store_whole() throws Exception {
        boolean done = false;
        String before = "live";
        for (int step = 1; !done; step++) {
            Path machine = Files.createDirectory(directory.resolve("machine-" + step));
            Process process = start(machine, step);
            String line;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                line = lines.readLine();
                process.destroyForcibly().waitFor();
            }
            assertThat(line).isNotNull();
            done = line.startsWith("done");
            String live = startAgain(machine);
            assertThat(live).as(line).isIn(before, "restored");
            before = live;
        }
        assertThat(before).isEqualTo("restored");
    }

    @Test
    void while_another_process_restores_nothing_of_it_is_removed() throws Exception {
        Path machine = Files.createDirectory(directory.resolve("machine"));
        // By its fifth step it has staged a store.
        Process process = start(machine, 5);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("before progressed");
            DirectorySwap swap = swap(machine);
            assertThat(swap.recover()).isEmpty();
            assertThat(FileNotes.read(swap.current())).isEqualTo("live");
            assertThat(machine.resolve("db/store-2")).isDirectory();
            assertThat(Bench.codeOf(swap::stage)).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(startAgain(machine)).isEqualTo("live");
    }

    @Test
    @Tag("soak")
    void a_kill_at_any_moment_leaves_one_store_whole() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int restored = 0;
        for (int round = 0; round < 100; round++) {
            Path machine = Files.createDirectory(directory.resolve("machine-" + round));
            Process process = start(machine, -1);
            process.waitFor(random.nextInt(1_200), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            String live = startAgain(machine);
            assertThat(live).as("seed %d, round %d", seed, round).isIn("live", "restored");
            restored += live.equals("restored") ? 1 : 0;
        }
        System.out.println("of 100 killed restores, " + restored + " had swapped");
    }
}
