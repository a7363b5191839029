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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong, nothing is lost in silence. Writes a line for each run to target/chaos.csv. */
class ChaosRunsTest {
    private static final Path TABLE = Path.of("target", "chaos.csv");

    @TempDir
    Path directory;

    @Test
    void every_run_ends_in_a_verified_restore_or_in_a_clear_error() throws IOException {
        runAll(Long.getLong("chaos.first", 1), Long.getLong("chaos.runs", 25));
    }

    @Test
    @Tag("soak")
    void hundreds_of_runs_do() throws IOException {
        runAll(1_000, 500);
    }

    private void runAll(long first, long count) throws IOException {
        List<String> wrong = new ArrayList<>();
        try (PrintWriter table = new PrintWriter(Files.newBufferedWriter(TABLE))) {
            table.println("seed,size,rate,cut_rate,backup,verify,restore,published,millis,faults,errors");
            for (long seed : LongStream.range(first, first + count).toArray()) {
                ChaosScenario scenario = ChaosScenario.of(seed);
                long begin = System.nanoTime();
                try {
                    ChaosRun.Outcome outcome = run(scenario);
                    table.printf(
                            "%d,%d,%.2f,%.2f,%s,%s,%s,%s,%d,%s,\"%s\"%n",
                            seed,
                            scenario.size(),
                            scenario.rate(),
                            scenario.cutRate(),
                            outcome.backup(),
                            outcome.verify(),
                            outcome.restore(),
                            outcome.published(),
                            (System.nanoTime() - begin) / 1_000_000,
                            outcome.faults().toString().replace(",", ""),
                            String.join(" / ", outcome.errors()).replaceAll("[\"\\s]+", " "));
                    if (outcome.restore().startsWith("DIFFERENT")) {
                        wrong.add(scenario + ": " + outcome);
                    }
                } catch (AssertionError | RuntimeException e) {
                    table.printf("%d,WRONG,%s%n", seed, e.toString().replaceAll("\\s+", " "));
                    wrong.add(scenario + ": " + e);
                }
                table.flush();
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** A server of its own for each run, or the disk would fill. */
    private ChaosRun.Outcome run(ChaosScenario scenario) throws IOException {
        Path data = Files.createDirectory(directory.resolve("run-" + scenario.seed()));
        try (S3Server server = LocalS3Server.onDisk(data)) {
            return new ChaosRun(server, server.newBucket(), scenario).run();
        } finally {
            deleteAll(data);
        }
    }

    private static void deleteAll(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
