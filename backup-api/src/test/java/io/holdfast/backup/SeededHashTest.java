package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that somebody has chosen spread over the table like random ones. */
class SeededHashTest {
    private static final int SLOTS = 1 << 12;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void ids_that_collide_in_the_hash_of_strings_spread(long seed) {
        assertSpreads(
                seed, IntStream.range(0, SLOTS).mapToObj(i -> colliding(i)).toList());
    }

    /** They collide in every polynomial modulo a power of two, at whatever point. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void words_of_thue_and_morse_spread(long seed) {
        String even = thueMorse(512, 'a', 'b');
        String odd = thueMorse(512, 'b', 'a');
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            ids.add(i + (i % 2 == 0 ? even : odd));
            ids.add(i + (i % 2 == 0 ? odd : even));
        }
        assertSpreads(seed, ids.subList(0, SLOTS));
        SeededHash hash = hash(seed);
        assertThat(of(hash, even)).isNotEqualTo(of(hash, odd));
    }

    /** Their values are in sequence too, and at some points a step of the sequence is a step of few slots. */
    @Test
    void ids_in_sequence_spread_at_every_point() {
        List<String> decimal =
                IntStream.range(0, SLOTS).mapToObj(i -> "block-" + i).toList();
        List<String> padded = IntStream.range(0, SLOTS)
                .mapToObj(i -> String.format("%012d", i))
                .toList();
        for (long seed = 1; seed <= 500; seed++) {
            assertSpreads(seed, decimal);
            assertSpreads(seed, padded);
        }
    }

    @Test
    void only_the_named_range_counts() {
        SeededHash hash = new SeededHash(7);
        byte[] alone = {1, 2, 3};
        byte[] amid = {9, 9, 1, 2, 3, 9};
        assertThat(hash.of(amid, 2, 3)).isEqualTo(hash.of(alone, 0, 3));
    }

    @Test
    void two_sets_have_different_points() {
        byte[] id = "one id".getBytes(StandardCharsets.UTF_8);
        assertThat(IntStream.range(0, 20)
                        .map(i -> SeededHash.random().of(id, 0, id.length))
                        .distinct()
                        .count())
                .isGreaterThan(18);
    }

    /** Random ids leave about 37 in 100 slots of a table of their own number empty; crafted ones leave nearly all. */
    private static void assertSpreads(long seed, List<String> ids) {
        SeededHash hash = hash(seed);
        long used = ids.stream()
                .mapToInt(id -> of(hash, id) & (SLOTS - 1))
                .distinct()
                .count();
        assertThat(used).as("seed %d", seed).isGreaterThan(SLOTS * 55 / 100);
    }

    private static SeededHash hash(long seed) {
        return new SeededHash(new Random(seed).nextLong());
    }

    private static int of(SeededHash hash, String id) {
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        return hash.of(utf8, 0, utf8.length);
    }

    /** "Aa" and "BB" have one hash in Java. */
    private static String colliding(int bits) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            id.append((bits >> i & 1) == 0 ? "Aa" : "BB");
        }
        return id.toString();
    }

    private static String thueMorse(int length, char even, char odd) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(Integer.bitCount(i) % 2 == 0 ? even : odd);
        }
        return word.toString();
    }
}
