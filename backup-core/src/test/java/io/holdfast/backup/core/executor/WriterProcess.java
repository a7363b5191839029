package io.holdfast.backup.core.executor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Writer} in a JVM of its own. */
final class WriterProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private WriterProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    static WriterProcess start(Path root, long seed, String... waitingFor) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                root.toString(),
                Long.toString(seed)));
        command.addAll(List.of(waitingFor));
        return new WriterProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("Expected a line, found the end of the process");
        }
        return line;
    }

    /** Lets it run, then ends it with SIGKILL: no hook, no finally. Returns what it said until then. */
    List<String> killAfter(long nanos) throws IOException, InterruptedException {
        if (process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            throw new IOException("Expected a process that goes on, found one that ended and had said "
                    + lines.lines().toList());
        }
        // Unlike the process, its handle does not close the stream that is still to be read.
        process.toHandle().destroyForcibly();
        process.waitFor();
        return lines.lines().toList();
    }

    void stop() throws IOException, InterruptedException {
        signal("STOP");
    }

    boolean isStopped() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("kill -" + name + " ended with " + result);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
