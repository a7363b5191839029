package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A new directory for measurements, which is removed when this is closed. */
final class Workplace implements AutoCloseable {
    private final Path directory;

    /**
     * Makes it in the directory of the system property {@code holdfast.benchmark.dir}, by default in that of temporary files.
     *
     * @param name what the directory's name begins with
     */
    Workplace(String name) throws IOException {
        String parent = System.getProperty("holdfast.benchmark.dir", System.getProperty("java.io.tmpdir"));
        directory = Files.createTempDirectory(Path.of(parent), "holdfast-" + name + "-");
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        remove(directory);
    }

    /** Removes a directory and what is in it. */
    static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
