package io.holdfast.benchmarks;

import io.holdfast.benchmarks.Command.Cost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Time and memory over size: whole processes with a heap of 128 MiB. Arguments: {@code short} or {@code long}, then the homes of the
 * JDKs, by default the one that runs this. Each size is backed up once to a directory, verified and restored to nowhere, compressed and
 * encrypted; the last one has payload ids, 1 million ({@code short}) or 100 million.
 */
final class Curve {
    private static final long MB = 1_000_000;
    private static final long GIB = 1L << 30;

    private Curve() {}

    private record Size(long bytes, long ids) {}

    public static void main(String[] args) throws IOException {
        boolean all = args.length > 0 && args[0].equals("long");
        List<Size> sizes = all
                ? List.of(
                        new Size(MB, 0),
                        new Size(10 * MB, 0),
                        new Size(100 * MB, 0),
                        new Size(GIB, 0),
                        new Size(5 * GIB, 0),
                        new Size(20 * GIB, 0),
                        new Size(20 * GIB, 100_000_000))
                : List.of(new Size(MB, 0), new Size(100 * MB, 0), new Size(GIB, 0), new Size(GIB, 1_000_000));
        List<Path> jdks = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            jdks.add(Path.of(args[i]));
        }
        if (jdks.isEmpty()) {
            jdks.add(Path.of(System.getProperty("java.home")));
        }
        try (Report report = new Report("curve");
                Workplace place = new Workplace("curve")) {
            report.line(
                    "%-28s %12s %12s %-8s %8s %8s %9s %9s",
                    "jdk", "MB", "ids", "work", "wall s", "cpu s", "rss MB", "MB/s");
            for (Path jdk : jdks) {
                for (Size size : sizes) {
                    measure(jdk, size, place.directory(), report);
                }
            }
        }
    }

    private static void measure(Path jdk, Size size, Path place, Report report) throws IOException {
        Path own = Files.createDirectory(place.resolve("own"));
        for (String work : List.of("backup", "verify", "restore")) {
            Command command = Command.java(
                    jdk,
                    List.of("-Xmx128m", "-Djava.io.tmpdir=" + own),
                    HoldfastProcess.class,
                    work,
                    "repo",
                    "METADATA:" + size.bytes() + ":" + size.ids(),
                    "1");
            Cost cost = command.run(own, Contenders.ENVIRONMENT);
            report.line(
                    "%-28s %12.1f %12d %-8s %8.2f %8.2f %9.0f %9.0f",
                    jdk.getFileName(),
                    size.bytes() / 1e6,
                    size.ids(),
                    work,
                    cost.wall(),
                    cost.cpu(),
                    cost.rss() / 1e6,
                    size.bytes() / 1e6 / cost.wall());
        }
        Workplace.remove(own);
    }
}
