package io.holdfast.backup.conformance.score;

import io.holdfast.backup.conformance.store.StoreSaboteur;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreSaboteursTest {
    @Test
    void honest_stores_pass_and_every_saboteur_is_caught() throws IOException {
        try (SaboteurScore score = new SaboteurScore("store-saboteurs")) {
            score.requireSound(StoreSaboteur.HONEST);
            StoreSaboteur.sound().forEach(score::requireSound);
            score.requireCaught(StoreSaboteur.all(), Set.of("A2", "A3", "A4", "A5"));
        }
    }
}
