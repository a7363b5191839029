package io.holdfast.examples.engines.measured;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM with a small heap that runs a program of these tests to its end. */
final class ChildJvm {
    private ChildJvm() {}

    static int run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            // Not inherited: the output of a test's own process belongs to the test runner.
            process.getInputStream().transferTo(System.out);
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }
}
