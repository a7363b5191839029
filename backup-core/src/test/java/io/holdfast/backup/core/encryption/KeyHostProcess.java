package io.holdfast.backup.core.encryption;

import io.holdfast.backup.core.testing.Keys;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link KeyHost} in a JVM of its own, whose environment holds nothing but the keys that are named. */
final class KeyHostProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private KeyHostProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    static KeyHostProcess start(Path root, List<String> keys, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                KeyHost.class.getName(),
                root.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        keys.forEach(key -> builder.environment().put(key, HexFormat.of().formatHex(Keys.bytes(key))));
        return new KeyHostProcess(builder.start());
    }

    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("Expected a line, found the end of the process");
        }
        return line;
    }

    /** What it says until it ends by itself. */
    List<String> lines() {
        return lines.lines().toList();
    }

    /** Lets it run, then ends it with SIGKILL: no hook, no finally. */
    void killAfter(long nanos) throws IOException, InterruptedException {
        if (process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            throw new IOException("Expected a process that goes on, found one that ended and had said " + lines());
        }
        close();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
