package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time is what a quadratic step would exceed many times over; each test needs a second or two. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompactPayloadIDSetTest {
    private static final int CHUNK_BYTES = 1 << 18;
    private static final Comparator<String> BY_UTF8 =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void it_is_the_set_that_a_tree_is(long seed) {
        RandomIds random = new RandomIds(seed);
        TreeSet<String> expected = new TreeSet<>(BY_UTF8);
        CompactPayloadIDSet set = new CompactPayloadIDSet();

        for (String id : random.mixed(4_000)) {
            assertThat(set.contains(id)).as("seed %d, before %s", seed, id).isEqualTo(expected.contains(id));
            set.add(id);
            expected.add(id);
            assertThat(set.size()).as("seed %d, after %s", seed, id).isEqualTo(expected.size());
        }

        assertSame(set, expected, "seed " + seed);
        for (String id : random.mixed(1_000)) {
            assertThat(set.contains(id)).as("seed %d, %s", seed, id).isEqualTo(expected.contains(id));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void small_sets_of_the_shortest_ids_are_right_at_every_size(long seed) {
        RandomIds random = new RandomIds(seed);
        TreeSet<String> expected = new TreeSet<>(BY_UTF8);
        CompactPayloadIDSet set = new CompactPayloadIDSet();

        for (int i = 0; i < 300; i++) {
            String id = i % 2 == 0 ? random.ofLetters("ab", 1 + i % 5) : random.ofCodePoints(1);
            set.add(id);
            expected.add(id);
            assertSame(set, expected, "seed " + seed + ", step " + i);
        }
    }

    /** Entries of 8 bytes fill a chunk to its last byte; the others leave every possible remainder. */
    @ParameterizedTest(name = "ids of {0} bytes")
    @ValueSource(ints = {6, 5, 30, 35, 100, 1021, 1022, 1023, 1024})
    void ids_across_chunks_are_all_there(int length) {
        int count = 2 * CHUNK_BYTES / (length + 2) + 10;
        CompactPayloadIDSet set = new CompactPayloadIDSet();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String number = Integer.toString(i + 36 * 36 * 36 * 36, 36);
            String id = number + "x".repeat(length - number.length());
            expected.add(id);
            set.add(id);
        }

        assertSame(set, expected, "ids of " + length + " bytes");
    }

    @Test
    void ids_of_changing_length_cross_the_end_of_a_chunk_at_every_offset() {
        for (int shift = 0; shift <= 64; shift++) {
            CompactPayloadIDSet set = new CompactPayloadIDSet();
            TreeSet<String> expected = new TreeSet<>(BY_UTF8);
            expected.add("s".repeat(1 + shift));
            for (int i = 0; i < 260; i++) {
                expected.add(i + "-" + "x".repeat(1020));
            }
            expected.forEach(set::add);

            assertSame(set, expected, "shift " + shift);
        }
    }

    @ParameterizedTest(name = "{0} bytes left")
    @ValueSource(ints = {4, 8, 12, 16})
    void whatever_is_left_of_a_chunk_an_entry_of_any_size_is_kept(int left) {
        for (int length = 1; length <= left + 8; length++) {
            List<String> expected = new ArrayList<>();
            for (int i = 100; i < 355; i++) {
                expected.add(i + "x".repeat(1019));
            }
            expected.add("y".repeat(1022 - left));
            expected.add("z".repeat(length));
            expected.add("{");
            CompactPayloadIDSet set = new CompactPayloadIDSet();
            expected.forEach(set::add);

            assertSame(set, expected, left + " bytes left, an id of " + length);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void the_order_of_adding_does_not_matter(long seed) {
        List<String> ids = new ArrayList<>(
                IntStream.range(100_000, 130_000).mapToObj(i -> "block-" + i).toList());
        List<String> ascending = List.copyOf(ids);
        Collections.reverse(ids);
        List<String> descending = List.copyOf(ids);
        Collections.shuffle(ids, new Random(seed));

        for (List<String> order : List.of(ascending, descending, ids)) {
            CompactPayloadIDSet set = new CompactPayloadIDSet();
            order.forEach(set::add);
            assertSame(set, ascending, "seed " + seed);
        }
    }

    @Test
    void long_common_beginnings_are_sorted_in_reasonable_time() {
        String beginning = "x".repeat(1000);
        List<String> expected =
                IntStream.range(100_000, 130_000).mapToObj(i -> beginning + i).toList();
        CompactPayloadIDSet set = new CompactPayloadIDSet();
        expected.forEach(set::add);

        assertSame(set, expected, "common beginnings");
    }

    @Test
    void each_id_as_the_beginning_of_the_next_is_sorted_in_reasonable_time() {
        List<String> expected = new ArrayList<>();
        for (char first = 'A'; first <= 'Z'; first++) {
            for (int length = 1; length <= 1024; length++) {
                expected.add(String.valueOf(first).repeat(length));
            }
        }
        List<String> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(1));
        CompactPayloadIDSet set = new CompactPayloadIDSet();
        shuffled.forEach(set::add);

        assertSame(set, expected, "common beginnings");
    }

    /** "Aa" and "BB" have one hash in the JDK, and so has every string of them. */
    @Test
    void ids_with_one_hash_in_the_jdk_do_not_slow_the_set_down() {
        List<String> ids = new ArrayList<>();
        for (int bits = 0; bits < 1 << 17; bits++) {
            StringBuilder id = new StringBuilder();
            for (int bit = 16; bit >= 0; bit--) {
                id.append((bits >> bit & 1) == 0 ? "Aa" : "BB");
            }
            ids.add(id.toString());
        }
        assertThat(ids.get(0).hashCode()).isEqualTo(ids.get(ids.size() - 1).hashCode());
        CompactPayloadIDSet set = new CompactPayloadIDSet();
        ids.forEach(set::add);

        assertSame(set, ids, "one hash");
    }

    /** AssertJ would look for the differences of two long lists for minutes. */
    private static void assertSame(CompactPayloadIDSet set, Collection<String> expected, String about) {
        assertThat(set.size()).as(about).isEqualTo(expected.size());
        Iterator<String> ids = set.iterator();
        int index = 0;
        for (String id : expected) {
            String found = ids.hasNext() ? ids.next() : "the end";
            if (!found.equals(id) || !set.contains(id)) {
                fail(
                        "%s: expected \"%s\" at index %d, found \"%s\"; contains() says %s",
                        about, id, index, found, set.contains(id));
            }
            index++;
        }
        assertThat(ids.hasNext()).as(about).isFalse();
    }
}
