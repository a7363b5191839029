package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Lines of what was measured, shown as they come and kept in a file in {@code target}. */
final class Report implements AutoCloseable {
    private final StringBuilder text = new StringBuilder();
    private final Path file;

    /**
     * Begins a report with what the machine is and does.
     *
     * @param name the file's name, without its ending
     */
    Report(String name) {
        file = Path.of("target", name + ".txt");
        line("%d processors, load %s", Runtime.getRuntime().availableProcessors(), load());
    }

    void line(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        System.out.println(line);
        text.append(line).append('\n');
    }

    @Override
    public void close() throws IOException {
        line("load afterwards %s", load());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).substring(0, 14);
        } catch (IOException e) {
            return "unknown";
        }
    }
}
