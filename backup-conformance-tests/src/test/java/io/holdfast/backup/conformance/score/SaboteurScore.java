package io.holdfast.backup.conformance.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs the suites against saboteurs: each must be caught for what it does, and for nothing else. */
final class SaboteurScore implements AutoCloseable {
    /** A report for each saboteur would hide the table. Held here, because the logging system forgets levels otherwise. */
    private static final Logger REPORTS = Logger.getLogger(DestinationConformance.class.getPackageName());

    private final Path table;

    /**
     * Silences the reports of the suites until this is closed.
     *
     * @param name the table's name, in the directory {@code target}
     */
    SaboteurScore(String name) {
        table = Path.of("target", name + ".csv");
        REPORTS.setLevel(Level.WARNING);
    }

    @Override
    public void close() {
        REPORTS.setLevel(null);
    }

    void requireSound(Contestant honest) {
        SaboteurRun run = SaboteurRun.of(honest);
        assertThat(run.rules()).as("rules that " + honest.name() + " breaks").isEmpty();
        assertThat(run.strange()).as("failures without a rule").isEmpty();
        System.out.printf(
                "%s passes %d tests in %d ms%n",
                honest.name(), run.passed(), run.took().toMillis());
    }

    void requireCaught(Collection<? extends Contestant> saboteurs, Set<String> rules) throws IOException {
        List<String> rows = new ArrayList<>(List.of("saboteur,breaks,may also break,reported,caught,milliseconds"));
        List<String> wrong = new ArrayList<>();
        Set<String> broken = new TreeSet<>();
        for (Contestant saboteur : saboteurs) {
            SaboteurRun run = SaboteurRun.of(saboteur);
            boolean caught = run.rules().contains(saboteur.breaks())
                    && run.rules().stream().allMatch(saboteur::mayReport)
                    && run.strange().isEmpty();
            String row = String.join(
                    ",",
                    saboteur.name(),
                    saboteur.breaks(),
                    String.join(" ", saboteur.also()),
                    String.join(" ", run.rules()),
                    Boolean.toString(caught),
                    Long.toString(run.took().toMillis()));
            rows.add(row);
            broken.add(saboteur.breaks());
            if (!caught) {
                wrong.add(row + " " + run.strange());
            }
        }
        print(rows);
        System.out.printf("%d of %d saboteurs caught%n", saboteurs.size() - wrong.size(), saboteurs.size());
        assertThat(wrong)
                .as("saboteurs that were not caught for exactly what they do")
                .isEmpty();
        assertThat(broken).as("rules that some saboteur breaks").isEqualTo(rules);
        assertThat(saboteurs).extracting(Contestant::name).doesNotHaveDuplicates();
    }

    private void print(List<String> rows) throws IOException {
        Files.createDirectories(table.toAbsolutePath().getParent());
        Files.write(table, rows);
        System.out.printf("%-44s %-6s %-40s %s%n", "saboteur", "breaks", "reported", "caught");
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            System.out.printf("%-44s %-6s %-40s %s, %s ms%n", cells[0], cells[1], cells[3], cells[4], cells[5]);
        }
    }
}
