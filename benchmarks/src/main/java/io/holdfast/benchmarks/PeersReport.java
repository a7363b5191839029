package io.holdfast.benchmarks;

import io.holdfast.benchmarks.Command.Cost;
import io.holdfast.benchmarks.Contender.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Collects what was measured and says what it amounts to: medians, and how many times as long as Holdfast each peer took. */
final class PeersReport {
    private final long bytes;
    private final int rounds;
    private final String load = load();
    private final Map<Row, List<Cost>> costs = new LinkedHashMap<>();
    private final Map<String, Long> stored = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    private record Row(DataSet data, Work work, String name) {}

    PeersReport(long bytes, int rounds) {
        this.bytes = bytes;
        this.rounds = rounds;
    }

    /** Sets the order of the lines; all others are compared with the first. */
    void begin(DataSet data, List<Contender> contenders) {
        for (Contender contender : contenders) {
            for (Work work : contender.work().keySet()) {
                costs.put(new Row(data, work, contender.name()), new ArrayList<>());
            }
        }
    }

    void add(DataSet data, Work work, String name, Cost cost) {
        costs.computeIfAbsent(new Row(data, work, name), row -> new ArrayList<>())
                .add(cost);
    }

    void stored(DataSet data, String name, long size) {
        stored.put(data + name, size);
    }

    void note(String line) {
        notes.add(line);
    }

    /** Returns the whole report. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "%.1f MB of each kind of data, medians of %d, wall seconds", bytes / 1e6, rounds);
        line(
                text,
                "%d processors; load before %s, after %s",
                Runtime.getRuntime().availableProcessors(),
                load,
                load());
        notes.forEach(note -> line(text, "%s", note));
        for (DataSet data : DataSet.values()) {
            for (Work work : Work.values()) {
                table(text, data, work);
            }
        }
        return text.toString();
    }

    /** The ratio is the median of the ratios within a round, since what disturbs a round disturbs all of it. */
    private void table(StringBuilder text, DataSet data, Work work) {
        Row first = costs.keySet().stream()
                .filter(row -> row.data() == data && row.work() == (work == Work.LIMIT ? Work.BACKUP : work))
                .findFirst()
                .orElseThrow();
        line(text, "%n%-8s %-43s %7s %7s %7s %8s %7s", data, work, "wall", "min", "cpu", "rss MB", "/first");
        costs.forEach((row, measured) -> {
            if (row.data() == data && row.work() == work) {
                line(
                        text,
                        "         %-43s %7.2f %7.2f %7.2f %8.0f %7.2f%s",
                        row.name(),
                        median(measured, Cost::wall),
                        measured.stream().mapToDouble(Cost::wall).min().orElseThrow(),
                        median(measured, Cost::cpu),
                        median(measured, Cost::rss) / 1e6,
                        ratio(measured, costs.getOrDefault(first, measured)),
                        work == Work.BACKUP
                                ? String.format(
                                        Locale.ROOT,
                                        "  %6.0f MB stored",
                                        stored.getOrDefault(data + row.name(), 0L) / 1e6)
                                : "");
            }
        });
    }

    private static double ratio(List<Cost> peer, List<Cost> first) {
        double[] ratios = new double[Math.min(peer.size(), first.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = peer.get(i).wall() / first.get(i).wall();
        }
        return median(ratios);
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
        return median(costs.stream().mapToDouble(value).toArray());
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).substring(0, 14);
        } catch (IOException e) {
            return "unknown";
        }
    }
}
