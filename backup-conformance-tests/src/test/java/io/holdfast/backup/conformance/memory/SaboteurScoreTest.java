package io.holdfast.backup.conformance.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the suite against every saboteur: each must be caught for what it does, and for nothing else. */
class SaboteurScoreTest {
    private static final Path TABLE = Path.of("target", "saboteurs.csv");
    private static final Saboteur HONEST = Saboteur.simple("nobody", "none", ForwardingDestination::new);

    /** A report for each saboteur would hide the table. Held here, because the logging system forgets levels otherwise. */
    private static final Logger REPORTS = Logger.getLogger(DestinationConformance.class.getName());

    @BeforeAll
    static void silenceReports() {
        REPORTS.setLevel(Level.WARNING);
    }

    @AfterAll
    static void letReportsSpeak() {
        REPORTS.setLevel(null);
    }

    static Saboteur named(String name) {
        return name.equals(HONEST.name())
                ? HONEST
                : Saboteur.all().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void the_honest_destination_passes_and_every_saboteur_is_caught() throws IOException {
        SaboteurRun honest = SaboteurRun.of(HONEST);
        assertThat(honest.rules())
                .as("rules that the honest destination breaks")
                .isEmpty();
        assertThat(honest.strange()).as("failures without a rule").isEmpty();

        List<String> rows = new ArrayList<>(List.of("saboteur,breaks,may also break,reported,caught,milliseconds"));
        List<String> wrong = new ArrayList<>();
        Set<String> broken = new TreeSet<>();
        List<Saboteur> saboteurs = Saboteur.all();
        for (Saboteur saboteur : saboteurs) {
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
        print(rows, saboteurs.size() - wrong.size(), saboteurs.size(), honest);
        assertThat(wrong)
                .as("saboteurs that were not caught for exactly what they do")
                .isEmpty();
        assertThat(broken).as("rules that some saboteur breaks").hasSize(18);
    }

    private static void print(List<String> rows, int caught, int all, SaboteurRun honest) throws IOException {
        Files.createDirectories(TABLE.toAbsolutePath().getParent());
        Files.write(TABLE, rows);
        System.out.printf("%-44s %-6s %-40s %s%n", "saboteur", "breaks", "reported", "caught");
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            System.out.printf("%-44s %-6s %-40s %s, %s ms%n", cells[0], cells[1], cells[3], cells[4], cells[5]);
        }
        System.out.printf(
                "%d of %d saboteurs caught; the honest destination passes %d tests in %d ms%n",
                caught, all, honest.passed(), honest.took().toMillis());
    }
}
