package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.destination.Destination;
import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of many writers in many processes exactly one gets a key. */
class RaceTest {
    private static final int PROCESSES = 4;
    private static final int WRITERS = 16;
    private static final int SMALL = 1_000;
    private static final int TWO_PARTS = 6 << 20;

    @TempDir
    Path directory;

    @Test
    void one_of_64_writers_wins_a_small_object() throws Exception {
        race(3, WRITERS, SMALL);
    }

    @Test
    @Tag("soak")
    void one_of_64_writers_wins_a_small_object_every_time() throws Exception {
        race(Integer.getInteger("race.rounds", 200), WRITERS, SMALL);
    }

    @Test
    @Tag("soak")
    void one_of_64_writers_wins_a_large_object_every_time() throws Exception {
        race(Integer.getInteger("race.rounds", 200) / 10, WRITERS, TWO_PARTS);
    }

    private void race(int rounds, int writers, int size) throws Exception {
        List<ChildJvm> children = new ArrayList<>();
        try (S3Server server = LocalS3Server.onDisk(directory)) {
            URI uri = URI.create(server.destination(server.newBucket() + "/race") + "&part-size=5MiB&memory=10MiB");
            for (int i = 0; i < PROCESSES; i++) {
                children.add(ChildJvm.start(List.of("-Xmx400m"), Racer.class, uri.toString(), "" + writers, "" + size));
            }
            for (ChildJvm child : children) {
                assertThat(child.answer()).isEqualTo("ready");
            }
            try (Destination destination = Destinations.open(uri)) {
                for (int round = 0; round < rounds; round++) {
                    requireOneWinner(destination, children, "key-" + round);
                }
            }
        } finally {
            for (ChildJvm child : children) {
                child.close();
            }
        }
    }

    private static void requireOneWinner(Destination destination, List<ChildJvm> children, String key)
            throws Exception {
        children.forEach(child -> child.tell(key));
        List<String> winners = new ArrayList<>();
        for (ChildJvm child : children) {
            String answer = child.answer();
            if (!answer.equals("[]")) {
                winners.add(answer);
            }
        }
        assertThat(winners).as(key).hasSize(1);
        String winner = winners.get(0).substring(1, winners.get(0).length() - 1);
        try (InputStream in = destination.open(key, 0)) {
            assertThat(new String(in.readNBytes(winner.length()), StandardCharsets.UTF_8))
                    .isEqualTo(winner);
        }
        destination.delete(key);
    }
}
