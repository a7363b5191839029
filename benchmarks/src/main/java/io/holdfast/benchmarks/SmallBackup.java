package io.holdfast.benchmarks;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.destination.Destination;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backup of 1 MB costs: in a JVM that is warm, in a fresh one from {@code main} on, and which system calls one of them makes,
 * where {@code strace} is there. Arguments: the homes of the JDKs, by default the one that runs this. The program's own argument
 * {@code warm} with a number of backups is what it starts itself with.
 */
final class SmallBackup {
    private static final GeneratedStore STORE = new GeneratedStore(DataSet.METADATA, 1_000_000, 1_000);
    private static final int WARM_BACKUPS = 300;
    private static final int FRESH_PROCESSES = 11;
    private static final Pattern CALL = Pattern.compile("(?:\\d+ +)?(\\w+)\\(.*");

    private SmallBackup() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 2 && args[0].equals("warm")) {
            backups(Integer.parseInt(args[1]));
            return;
        }
        List<Path> jdks = args.length == 0
                ? List.of(Path.of(System.getProperty("java.home")))
                : Arrays.stream(args).map(Path::of).toList();
        try (Report report = new Report("small-backup");
                Workplace place = new Workplace("small")) {
            for (Path jdk : jdks) {
                warm(jdk, place.directory(), report);
                fresh(jdk, place.directory(), report);
            }
            if (Command.exists("strace")) {
                calls(jdks.get(0), place.directory(), report);
            }
        }
    }

    private static void backups(int count) {
        try (Destination destination = Destinations.open(Path.of("repo").toUri());
                Repository repository = Repository.open(destination, HoldfastProcess.config("1"));
                BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            double[] millis = new double[count];
            for (int i = 0; i < count; i++) {
                long begin = System.nanoTime();
                executor.run(STORE, BackupRequest.manual());
                millis[i] = (System.nanoTime() - begin) / 1e6;
            }
            double[] last = Arrays.copyOfRange(millis, count - (count + 2) / 3, count);
            Arrays.sort(last);
            System.out.println("milliseconds " + last[last.length / 2] + " " + last[last.length * 9 / 10]);
        }
    }

    private static void warm(Path jdk, Path place, Report report) throws IOException {
        Path own = Files.createDirectory(place.resolve("warm"));
        Command.java(jdk, List.of(), SmallBackup.class, "warm", "" + WARM_BACKUPS)
                .run(own, Contenders.ENVIRONMENT);
        String[] fields = told(own, "milliseconds").split(" ", -1);
        report.line(
                "%s: 1 MB warm, median of the last %d backups %.1f ms, nine of ten under %.1f ms",
                jdk.getFileName(), WARM_BACKUPS / 3, Double.parseDouble(fields[0]), Double.parseDouble(fields[1]));
        Workplace.remove(own);
    }

    private static void fresh(Path jdk, Path place, Report report) throws IOException {
        double[] seconds = new double[FRESH_PROCESSES];
        for (int i = 0; i < FRESH_PROCESSES; i++) {
            Path own = Files.createDirectory(place.resolve("fresh"));
            Command.java(jdk, List.of(), HoldfastProcess.class, "backup", "repo", "METADATA:1000000:1000", "1")
                    .run(own, Contenders.ENVIRONMENT);
            seconds[i] = Double.parseDouble(told(own, "seconds"));
            Workplace.remove(own);
        }
        Arrays.sort(seconds);
        report.line(
                "%s: 1 MB in a fresh JVM, from main to published, median of %d: %.3f s, at worst %.3f s",
                jdk.getFileName(), FRESH_PROCESSES, seconds[FRESH_PROCESSES / 2], seconds[FRESH_PROCESSES - 1]);
    }

    /** The calls of one backup are those of a process with three, less those of a process with two. */
    private static void calls(Path jdk, Path place, Report report) throws IOException {
        Map<String, Integer> two = callsOf(2, jdk, place);
        Map<String, Integer> three = callsOf(3, jdk, place);
        List<String> texts = new ArrayList<>();
        three.forEach((call, count) -> texts.add(call + " " + (count - two.getOrDefault(call, 0))));
        report.line("system calls on files of one backup of 1 MB: %s", String.join(", ", texts));
    }

    private static Map<String, Integer> callsOf(int backups, Path jdk, Path place) throws IOException {
        Path own = Files.createDirectory(place.resolve("traced"));
        List<String> words = new ArrayList<>(
                List.of(
                        "strace",
                        "-f",
                        "-o",
                        "calls.txt",
                        "-e",
                        "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,openat,pwrite64,ftruncate"));
        words.addAll(Command.java(jdk, List.of(), SmallBackup.class, "warm", "" + backups)
                .words());
        new Command(words).run(own, Contenders.ENVIRONMENT);
        Map<String, Integer> counts = new TreeMap<>();
        try (BufferedReader lines = Files.newBufferedReader(own.resolve("calls.txt"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher call = CALL.matcher(line);
                if (call.matches() && (!call.group(1).equals("openat") || line.contains("repo"))) {
                    counts.merge(call.group(1), 1, Integer::sum);
                }
            }
        }
        Workplace.remove(own);
        return counts;
    }

    private static String told(Path own, String word) throws IOException {
        return Files.readAllLines(own.resolve("output.txt")).stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .findFirst()
                .orElseThrow();
    }
}
