package io.holdfast.benchmarks;

import io.holdfast.benchmarks.Contender.Work;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures Holdfast and its peers on the same bytes: whole processes, in turns within one run, medians. Arguments: {@code short}
 * (1 GiB, 3 rounds) or {@code long} (2 GiB, 5 rounds), then the homes of the JDKs that run Holdfast, by default the one that
 * runs this. Works in the directory of the system property {@code holdfast.benchmark.dir}, by default a new temporary one, which
 * is removed. Prints a report, which it also leaves in {@code target/peers.txt}.
 *
 * <p>Data come from the page cache, as they do for every peer; before a verification, what was stored is dropped from the cache.
 * Making a repository is not measured, deleting one neither. Every backup is synced, but restored files are not.
 */
final class Peers {
    private final Path directory;
    private final long bytes;
    private final int rounds;
    private final List<Path> jdks;

    private Peers(Path directory, long bytes, int rounds, List<Path> jdks) {
        this.directory = directory;
        this.bytes = bytes;
        this.rounds = rounds;
        this.jdks = jdks;
    }

    public static void main(String[] args) throws IOException {
        List<Path> jdks = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            jdks.add(Path.of(args[i]));
        }
        if (jdks.isEmpty()) {
            jdks.add(Path.of(System.getProperty("java.home")));
        }
        try (Workplace place = new Workplace("peers")) {
            Path directory = place.directory();
            Peers peers = switch (args.length == 0 ? "short" : args[0]) {
                case "tiny" -> new Peers(directory, 3 << 20, 1, jdks);
                case "short" -> new Peers(directory, 1L << 30, 3, jdks);
                case "long" -> new Peers(directory, 2L << 30, 5, jdks);
                default -> throw new IllegalArgumentException("Expected short or long, found " + args[0]);
            };
            peers.run();
        }
    }

    private void run() throws IOException {
        PeersReport report = new PeersReport(bytes, rounds);
        List<String> leftOut = new ArrayList<>();
        for (DataSet data : DataSet.values()) {
            write(data);
            leftOut.clear();
            List<Contender> contenders = new Contenders(jdks, leftOut::add).of(data);
            report.begin(data, contenders);
            for (int round = 0; round < rounds; round++) {
                // Another order in each round, so that nobody always comes after the same one.
                List<Contender> shuffled = new ArrayList<>(contenders);
                Collections.shuffle(shuffled, new Random(round));
                for (Contender contender : shuffled) {
                    measure(data, contender, report);
                }
            }
        }
        leftOut.forEach(report::note);
        String text = report.text();
        System.out.println(text);
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "peers.txt"), text);
    }

    private void write(DataSet data) throws IOException {
        Path file = Files.createDirectories(directory.resolve("data")).resolve("store");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 18)) {
            data.write(out, bytes);
        }
        Command.of("sync", file.toString()).run(directory, Contenders.ENVIRONMENT);
    }

    private void measure(DataSet data, Contender contender, PeersReport report) throws IOException {
        System.err.println(data + " " + contender.name());
        Path own = Files.createDirectory(directory.resolve("own"));
        Path restored = Files.createDirectory(directory.resolve("restored"));
        contender.prepare().ifPresent(command -> command.run(own, Contenders.ENVIRONMENT));
        for (Work work : Work.values()) {
            Command command = contender.work().get(work);
            if (command == null) {
                continue;
            }
            if (work == Work.VERIFY) {
                dropFromCache(own);
            }
            report.add(data, work, contender.name(), command.run(own, Contenders.ENVIRONMENT));
            if (work == Work.BACKUP) {
                report.stored(data, contender.name(), sizeOf(own));
            }
            if (work == Work.RESTORE) {
                requireRestored(restored);
            }
        }
        Workplace.remove(own);
        Workplace.remove(restored);
    }

    private void requireRestored(Path restored) throws IOException {
        try (Stream<Path> files = Files.walk(restored)) {
            Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            if (Files.mismatch(file, directory.resolve("data").resolve("store")) >= 0) {
                throw new IllegalStateException("Expected the bytes that were backed up in " + file + ", found others");
            }
        }
    }

    private static void dropFromCache(Path directory) {
        Command.shell(
                        "find repo -type f -exec sync {} + ; find repo -type f -exec dd status=none if={} iflag=nocache count=0 ';'")
                .run(directory, Contenders.ENVIRONMENT);
    }

    private static long sizeOf(Path directory) throws IOException {
        Path repository = directory.resolve("repo");
        if (!Files.exists(repository)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(repository)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
