package io.holdfast.backup.conformance.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.memory.Saboteur;
import io.holdfast.backup.conformance.store.StoreSaboteur;
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

    /** A report for each saboteur would hide the table. Held here, because the logging system forgets levels otherwise. */
    private static final Logger REPORTS = Logger.getLogger(DestinationConformance.class.getPackageName());

    @BeforeAll
    static void silenceReports() {
        REPORTS.setLevel(Level.WARNING);
    }

    @AfterAll
    static void letReportsSpeak() {
        REPORTS.setLevel(null);
    }

    @Test
    void the_honest_pass_and_every_saboteur_is_caught() throws IOException {
        SaboteurRun destination = requireSound(Saboteur.HONEST);
        SaboteurRun store = requireSound(StoreSaboteur.HONEST);
        Saboteur.sound().forEach(SaboteurScoreTest::requireSound);
        StoreSaboteur.sound().forEach(SaboteurScoreTest::requireSound);

        List<String> rows = new ArrayList<>(List.of("saboteur,breaks,may also break,reported,caught,milliseconds"));
        List<String> wrong = new ArrayList<>();
        Set<String> broken = new TreeSet<>();
        List<Contestant> all = new ArrayList<>(StoreSaboteur.all());
        all.addAll(Saboteur.all());
        for (Contestant saboteur : all) {
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
        System.out.printf(
                "%d of %d saboteurs caught; the honest destination passes %d tests in %d ms, the honest store %d in %d ms%n",
                all.size() - wrong.size(),
                all.size(),
                destination.passed(),
                destination.took().toMillis(),
                store.passed(),
                store.took().toMillis());
        assertThat(wrong)
                .as("saboteurs that were not caught for exactly what they do")
                .isEmpty();
        assertThat(broken)
                .as("rules that some saboteur breaks: D1 to D18, A2 to A5")
                .hasSize(18 + 4);
        assertThat(all).extracting(Contestant::name).doesNotHaveDuplicates();
    }

    private static SaboteurRun requireSound(Contestant honest) {
        SaboteurRun run = SaboteurRun.of(honest);
        assertThat(run.rules()).as("rules that " + honest.name() + " breaks").isEmpty();
        assertThat(run.strange()).as("failures without a rule").isEmpty();
        return run;
    }

    private static void print(List<String> rows) throws IOException {
        Files.createDirectories(TABLE.toAbsolutePath().getParent());
        Files.write(TABLE, rows);
        System.out.printf("%-44s %-6s %-40s %s%n", "saboteur", "breaks", "reported", "caught");
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            System.out.printf("%-44s %-6s %-40s %s, %s ms%n", cells[0], cells[1], cells[3], cells[4], cells[5]);
        }
    }
}
