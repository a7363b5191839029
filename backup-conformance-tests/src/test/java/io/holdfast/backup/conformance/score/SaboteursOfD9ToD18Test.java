package io.holdfast.backup.conformance.score;

import io.holdfast.backup.conformance.memory.Saboteur;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One half of the rules: the halves run beside each other. */
class SaboteursOfD9ToD18Test {
    private static final Set<String> RULES =
            IntStream.rangeClosed(9, 18).mapToObj(rule -> "D" + rule).collect(Collectors.toSet());

    @Test
    void every_saboteur_is_caught() throws IOException {
        try (SaboteurScore score = new SaboteurScore("destination-saboteurs-d9-d18")) {
            score.requireCaught(
                    Saboteur.all().stream()
                            .filter(saboteur -> RULES.contains(saboteur.breaks()))
                            .toList(),
                    RULES);
        }
    }
}
