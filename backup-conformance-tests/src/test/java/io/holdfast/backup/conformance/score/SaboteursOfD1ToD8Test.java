package io.holdfast.backup.conformance.score;

import io.holdfast.backup.conformance.memory.Saboteur;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One half of the rules: the halves run beside each other. */
class SaboteursOfD1ToD8Test {
    private static final Set<String> RULES =
            IntStream.rangeClosed(1, 8).mapToObj(rule -> "D" + rule).collect(Collectors.toSet());

    @Test
    void honest_destinations_pass_and_every_saboteur_is_caught() throws IOException {
        try (SaboteurScore score = new SaboteurScore("destination-saboteurs-d1-d8")) {
            score.requireSound(Saboteur.HONEST);
            Saboteur.sound().forEach(score::requireSound);
            score.requireCaught(
                    Saboteur.all().stream()
                            .filter(saboteur -> RULES.contains(saboteur.breaks()))
                            .toList(),
                    RULES);
        }
    }
}
