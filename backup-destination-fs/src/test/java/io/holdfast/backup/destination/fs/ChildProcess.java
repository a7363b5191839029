package io.holdfast.backup.destination.fs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Child} and the lines between us and it. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    private ChildProcess(Process process) {
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** What to put before and after {@code java}, and which classes to run. */
    record Launch(List<String> prefix, List<String> options, String classPath) {
        static Launch plain() {
            return new Launch(List.of(), List.of(), System.getProperty("java.class.path"));
        }

        Launch by(String... command) {
            return new Launch(List.of(command), options, classPath);
        }

        Launch with(String... javaOptions) {
            return new Launch(prefix, List.of(javaOptions), classPath);
        }

        ChildProcess start(Path root) throws IOException {
            return start(root, 60_000);
        }

        ChildProcess start(Path root, int heartbeatMillis) throws IOException {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(
                    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"));
            command.addAll(options);
            command.addAll(List.of("-cp", classPath, Child.class.getName(), root.toString(), "" + heartbeatMillis));
            return new ChildProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
    }

    static ChildProcess start(Path root) throws IOException {
        ChildProcess child = Launch.plain().start(root);
        child.ask("open");
        return child;
    }

    void tell(String command) {
        commands.println(command);
    }

    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("The child has ended without an answer");
        }
        return line;
    }

    String ask(String command) throws IOException {
        tell(command);
        return answer();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL: no hook, no finally. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void signal(String name) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("kill -" + name + " ended with " + result);
        }
    }

    boolean isStopped() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    }

    @Override
    public void close() throws InterruptedException {
        commands.close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
