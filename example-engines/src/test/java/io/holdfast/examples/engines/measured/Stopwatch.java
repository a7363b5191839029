package io.holdfast.examples.engines.measured;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells how long something took, and how much memory this process had at most meanwhile. */
public final class Stopwatch {
    private Stopwatch() {}

    /** What is measured. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws Exception;
    }

    /**
     * Does something, and prints a line about it.
     *
     * @param what its name
     * @param bytes how much data it moves, before compression
     * @param work what to do
     * @throws Exception as the work does
     */
    public static void measure(String what, long bytes, Work work) throws Exception {
        System.gc();
        PeakHeap heap = new PeakHeap();
        long begin = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-28s %6.1f s %6.0f MB/s   peak heap %d MiB, %d MiB of it in use%n",
                what,
                seconds,
                bytes / seconds / 1e6,
                heap.used() >> 20,
                heap.live() >> 20);
        heap.close();
    }

    /**
     * Runs another program to its good end, and prints a line about it.
     *
     * @param what its name
     * @param bytes how much data it moves, before compression
     * @param command the program and its arguments
     * @throws IOException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void measure(String what, long bytes, List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        run(command);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(Locale.ROOT, "%-28s %6.1f s %6.0f MB/s%n", what, seconds, bytes / seconds / 1e6);
    }

    /**
     * Runs another program to its good end.
     *
     * @param command the program and its arguments
     * @throws IOException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public static void run(List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("Expected " + command + " to end well, it ended with " + status);
        }
    }

    /**
     * Returns how many bytes the files below a directory have.
     *
     * @param directory the directory
     * @return their sum
     * @throws IOException if it cannot be read
     */
    public static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
