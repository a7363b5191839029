package io.holdfast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process to run and to measure.
 *
 * @param words the program and its arguments
 */
record Command(List<String> words) {
    private static final Path TIME = Path.of("/usr/bin/time");
    private static final long LIMIT_MINUTES = 60;

    /**
     * What a process took.
     *
     * @param wall seconds from start to end
     * @param cpu seconds of all its threads and children, or NaN where {@code /usr/bin/time} is missing
     * @param rss the peak of resident memory of its largest process, in bytes, or NaN likewise
     */
    record Cost(double wall, double cpu, double rss) {}

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    static Command shell(String script) {
        return of("bash", "-c", "set -euo pipefail; " + script);
    }

    /**
     * A program of this module in a JVM of its own.
     *
     * @param jdk the home of the JDK
     * @param options of the JVM, besides those that keep it quiet
     * @param main the program
     * @param args its arguments
     */
    static Command java(Path jdk, List<String> options, Class<?> main, String... args) {
        List<String> words = new ArrayList<>(List.of(
                jdk.resolve("bin/java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        words.addAll(options);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        words.addAll(List.of(args));
        return new Command(words);
    }

    /** Whether a program of this name can be started. */
    static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Runs it to its end.
     *
     * @param directory where it runs, and where its output and times are left
     * @param environment what is added to the environment
     * @throws IllegalStateException if it fails, with its output
     */
    Cost run(Path directory, Map<String, String> environment) {
        Path output = directory.resolve("output.txt");
        Path times = directory.resolve("times.txt");
        List<String> measured = new ArrayList<>();
        if (Files.isExecutable(TIME)) {
            measured.addAll(List.of(TIME.toString(), "-q", "-f", "%U %S %M", "-o", times.toString()));
        }
        measured.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(measured)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            long begin = System.nanoTime();
            Process process = builder.start();
            int code = await(process);
            double wall = (System.nanoTime() - begin) / 1e9;
            if (code != 0) {
                throw new IllegalStateException(
                        "Expected " + words + " to succeed, found " + code + ": " + Files.readString(output));
            }
            return cost(wall, times);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int await(Process process) {
        try {
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Expected an end within an hour, found none");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a measurement was running", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Cost cost(double wall, Path times) throws IOException {
        if (!Files.exists(times)) {
            return new Cost(wall, Double.NaN, Double.NaN);
        }
        String[] fields = Files.readString(times).trim().split(" ", -1);
        return new Cost(
                wall,
                Double.parseDouble(fields[0]) + Double.parseDouble(fields[1]),
                1024 * Double.parseDouble(fields[2]));
    }
}
