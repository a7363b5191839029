package io.holdfast.backup.core.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link JobWriter} in a JVM of its own. */
final class JobWriterProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private JobWriterProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    static JobWriterProcess start(String where, long seed) throws IOException {
        return new JobWriterProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JobWriter.class.getName(),
                        where,
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Who it is as an owner of jobs. */
    String owner() throws IOException {
        return line();
    }

    /** Lets it do so many steps. */
    void allow(int steps) throws IOException {
        process.getOutputStream().write(new byte[steps]);
        process.getOutputStream().flush();
    }

    /** Waits until it begins a step, and some time; then ends it with SIGKILL. Returns what it said from the beginning. */
    List<String> killAt(int step, long nanos) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        do {
            said.add(line());
        } while (!said.get(said.size() - 1).equals("before " + step));
        if (process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            throw new IOException("Expected a process that goes on, found one that ended");
        }
        // Unlike the process, its handle does not close the stream that is still to be read.
        process.toHandle().destroyForcibly();
        process.waitFor();
        lines.lines().forEach(said::add);
        return said;
    }

    private String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("Expected a line, found the end of the process");
        }
        return line;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
