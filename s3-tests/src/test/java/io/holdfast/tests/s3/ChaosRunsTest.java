package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever goes wrong, nothing is lost in silence. Writes a line for each run to target/chaos.csv. One run can be repeated:
 * -Dchaos.first=SEED -Dchaos.runs=1.
 */
class ChaosRunsTest {
    private static final Path TABLE = Path.of("target", "chaos.csv");

    /** A run waits most of its time. */
    private static final int AT_ONCE = 8;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    private S3Server server;

    @BeforeEach
    void start() throws IOException {
        server = LocalS3Server.onDisk(directory);
    }

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        server.close();
    }

    @Test
    void every_run_ends_in_a_verified_restore_or_in_a_clear_error() throws Exception {
        runAll(Long.getLong("chaos.first", 1), Long.getLong("chaos.runs", 30));
    }

    @Test
    @Tag("soak")
    void hundreds_of_runs_do() throws Exception {
        runAll(1_000, 500);
    }

    private void runAll(long first, long count) throws Exception {
        List<Future<String>> runs = new ArrayList<>();
        for (long seed : LongStream.range(first, first + count).toArray()) {
            runs.add(threads.submit(() -> run(ChaosScenario.of(seed))));
        }
        List<String> wrong = new ArrayList<>();
        try (PrintWriter table = new PrintWriter(Files.newBufferedWriter(TABLE))) {
            table.println("seed,size,rate,cut_rate,backup,verify,restore,published,millis,faults,errors");
            for (int i = 0; i < count; i++) {
                try {
                    table.println(runs.get(i).get());
                } catch (ExecutionException e) {
                    wrong.add(ChaosScenario.of(first + i) + ": " + e.getCause());
                    table.printf(
                            "%d,WRONG,\"%s\"%n", first + i, oneLine(e.getCause().toString()));
                }
                table.flush();
            }
        }
        assertThat(wrong).isEmpty();
    }

    private String run(ChaosScenario scenario) throws IOException {
        long begin = System.nanoTime();
        String bucket = server.newBucket();
        try {
            ChaosRun.Outcome outcome = new ChaosRun(server, bucket, scenario).run();
            return "%d,%d,%.2f,%.2f,%s,%s,%s,%s,%d,%s,\"%s\""
                    .formatted(
                            scenario.seed(),
                            scenario.size(),
                            scenario.rate(),
                            scenario.cutRate(),
                            outcome.backup(),
                            outcome.verify(),
                            outcome.restore(),
                            outcome.published(),
                            (System.nanoTime() - begin) / 1_000_000,
                            outcome.faults().toString().replace(",", ""),
                            oneLine(String.join(" / ", outcome.errors())));
        } finally {
            // Or the disk would fill.
            deleteAll(directory.resolve(bucket));
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\"\\s]+", " ");
    }

    private static void deleteAll(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
