package io.holdfast.examples.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.destination.Destination;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that restore into PostgreSQL and are killed, while readers go on. */
@Timeout(900)
class KilledRestoresTest {
    private static Server server;

    @TempDir
    static Path serverDirectory;

    @TempDir
    Path directory;

    private DataSource database;
    private RestoreTarget target;
    private String uri = "";
    private Reader reader;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(serverDirectory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void back_up_and_go_on() throws SQLException {
        database = server.database("tests");
        target = LiveTables.target(database);
        LiveTables.recreate(database);
        LiveTables.fill(database, "restored");
        uri = directory.resolve("backups").toUri().toString();
        try (Destination destination = Destinations.open(uri);
                Repository repository = Repository.open(
                        destination, RepositoryConfig.builder(LiveTables.STORE).build());
                BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            executor.run(LiveTables.store(database), BackupRequest.manual());
        }
        LiveTables.fill(database, "live");
        reader = new Reader(server.database("reader"));
    }

    @AfterEach
    void close() throws Exception {
        reader.close();
    }

    private Process restoring(String phase) throws IOException {
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
                        server.url(),
                        phase)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String recovered() throws Exception {
        // The server may need a moment to see that the process is gone, and to end its session.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            target.recover();
            return server.schemas("live").equals(Set.of("live"));
        });
        assertThat(target.recover()).isEmpty();
        return Reader.ask(database);
    }

    @ParameterizedTest
    @EnumSource(value = RestorePhase.class, names = "BACKING_UP", mode = EnumSource.Mode.EXCLUDE)
    void a_kill_at_a_phase_leaves_one_store_whole(RestorePhase phase) throws Exception {
        Process process = restoring(phase.name());
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(List.of(lines.readLine(), lines.readLine())).containsExactly("ready", phase.name());
        } finally {
            process.destroyForcibly().waitFor();
        }
        String expected = phase == RestorePhase.CLEANING_UP ? "restored" : "live";
        assertThat(recovered()).isEqualTo(expected);
        reader.requireAnswers(Stream.of("live", expected).distinct().toArray(String[]::new));
    }

    private void killAtRandom(int rounds) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int swapped = 0;
        for (int round = 0; round < rounds; round++) {
            LiveTables.fill(database, "live");
            Process process = restoring("none");
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.readLine()).isEqualTo("ready");
                process.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS);
            } finally {
                process.destroyForcibly().waitFor();
            }
            String found = recovered();
            assertThat(found).as("seed %d, round %d", seed, round).isIn("live", "restored");
            swapped += found.equals("restored") ? 1 : 0;
        }
        System.out.println("of " + rounds + " killed restores, " + swapped + " had swapped");
        reader.requireAnswers(swapped == 0 ? new String[] {"live"} : new String[] {"live", "restored"});
    }

    @Test
    void a_kill_at_a_few_moments_leaves_one_store_whole() throws Exception {
        killAtRandom(2);
    }

    @Test
    @Tag("soak")
    void a_kill_at_a_hundred_moments_leaves_one_store_whole() throws Exception {
        killAtRandom(100);
    }
}
