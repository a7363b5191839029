package io.holdfast.backup.core.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link ScheduledHost} in a JVM of its own. Used by one thread. */
final class ScheduledHostProcess implements AutoCloseable {
    private final String name;
    private final FastClock clock;
    private final Process process;
    private final Path log;
    private final Thread reader;
    private final List<Span> heldUp = new CopyOnWriteArrayList<>();
    private final List<Instant> refusals = new CopyOnWriteArrayList<>();
    private volatile Instant ready = Instant.MAX;
    private Instant lastWoken = Instant.MIN;
    private Instant stoppedAt = Instant.MAX;

    /** A stretch of time. */
    record Span(Instant from, Instant to) {
        boolean touches(Span other) {
            return !from.isAfter(other.to) && !other.from.isAfter(to);
        }
    }

    private ScheduledHostProcess(String name, FastClock clock, Process process, Path log) {
        this.name = name;
        this.clock = clock;
        this.process = process;
        this.log = log;
        this.reader = new Thread(this::listen, "reader-" + name);
    }

    static ScheduledHostProcess start(String name, FastClock clock, String database, Path directory, List<String> time)
            throws IOException {
        Path log = directory.resolve(name + ".log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX",
                        "-Dorg.slf4j.simpleLogger.logFile=" + log,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScheduledHost.class.getName(),
                        name,
                        database,
                        directory.toString(),
                        time.get(0),
                        time.get(1))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ScheduledHostProcess started = new ScheduledHostProcess(name, clock, process, log);
        started.reader.start();
        return started;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("ready")) {
                    ready = clock.now();
                } else if (words[0].equals("refused")) {
                    refusals.add(Instant.parse(words[1]));
                } else if (words[0].equals("held")) {
                    heldUp.add(new Span(Instant.parse(words[1]), Instant.parse(words[2])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    boolean stopped() {
        return stoppedAt.isBefore(Instant.MAX);
    }

    boolean dead() {
        return !process.isAlive();
    }

    /** Since when it is able to run what is due; empty if it is not. */
    Optional<Instant> liveSince() {
        Instant since = ready.isAfter(lastWoken) ? ready : lastWoken;
        return stopped() || dead() || since.equals(Instant.MAX) ? Optional.empty() : Optional.of(since);
    }

    /** Whether somebody else had the lock when it looked. */
    boolean refusedIn(Span time) {
        return refusals.stream().anyMatch(instant -> time.touches(new Span(instant, instant)));
    }

    List<Span> stoodStill() {
        return heldUp;
    }

    /** Whether it stood still at some moment of this time, by a signal or because the machine was busy. */
    boolean stoodStill(Span time) {
        return heldUp.stream().anyMatch(time::touches);
    }

    /** What it logged around a moment of the host's time. */
    List<String> loggedIn(Span real) {
        if (Files.notExists(log)) {
            // It was killed before it had anything to say.
            return List.of();
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.matches("\\d{4}-.* .*"))
                    .filter(line -> real.touches(new Span(timeOf(line), timeOf(line))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant timeOf(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    void stop() throws IOException, InterruptedException {
        stoppedAt = clock.now();
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
        lastWoken = clock.now();
        heldUp.add(new Span(stoppedAt, lastWoken));
        stoppedAt = Instant.MAX;
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("kill -" + signal + " ended with " + result);
        }
    }

    /** Lets it end by itself. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IOException("Expected process " + name + " to end, found it running");
        }
        reader.join();
    }

    /** Ends it with SIGKILL: no hook, no finally. */
    @Override
    public void close() throws InterruptedException {
        // Unlike the process, its handle does not close the stream that is still being read.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }
}
