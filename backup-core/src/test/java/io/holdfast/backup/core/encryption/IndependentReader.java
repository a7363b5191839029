package io.holdfast.backup.core.encryption;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of docs/reader, each run in a process of its own. */
final class IndependentReader {
    /** Where the scripts and the archive that they made are. */
    static final Path HOME = Path.of("..", "docs", "reader").toAbsolutePath().normalize();

    private IndependentReader() {}

    /** What a process said, and the status that it ended with. */
    record Result(int status, String output) {}

    /** Whether Python with its package for cryptography is here, and what else is named. */
    static boolean isHere(List<String> command) {
        try {
            return run(List.of("python3", "-c", "import cryptography"), Map.of())
                                    .status()
                            == 0
                    && (command.isEmpty() || run(command, Map.of()).status() == 0);
        } catch (IOException e) {
            return false;
        }
    }

    static Result script(String name, Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("python3", "-B", HOME.resolve(name).toString()));
        command.addAll(arguments);
        return run(command, environment);
    }

    private static Result run(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes()).strip();
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + command.get(0) + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
