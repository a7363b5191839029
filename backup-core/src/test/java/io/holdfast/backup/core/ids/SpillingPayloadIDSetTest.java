package io.holdfast.backup.core.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpillingPayloadIDSetTest {
    /** So many ids of 36 characters make a run at the smallest bound, about. */
    private static final int RUN = (int) IdSpill.LEAST_HEAP_BYTES / 52 + 1;

    @TempDir
    Path directory;

    private SpillingPayloadIDSet set() {
        return new SpillingPayloadIDSet(new IdSpill(directory, IdSpill.LEAST_HEAP_BYTES), bytes -> {});
    }

    /** The ids of a number, in an order that has nothing to do with it. */
    private static String id(long number) {
        return String.format("%016x-%019d", number * 0x9E3779B97F4A7C15L, number);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void it_has_what_a_tree_of_their_bytes_has(long seed) {
        Random random = new Random(seed);
        TreeSet<byte[]> expected = new TreeSet<>(Arrays::compareUnsigned);
        try (SpillingPayloadIDSet set = set()) {
            int operations = 3 * RUN + random.nextInt(RUN);
            for (int i = 0; i < operations; i++) {
                String id = randomId(random);
                set.add(id);
                expected.add(id.getBytes(StandardCharsets.UTF_8));
                if (random.nextInt(operations / 4) == 0) {
                    assertSame(set, expected, seed);
                }
                if (random.nextInt(200) == 0) {
                    String other = randomId(random);
                    assertThat(set.contains(other))
                            .as("seed %d, %s", seed, other)
                            .isEqualTo(expected.contains(other.getBytes(StandardCharsets.UTF_8)));
                }
            }
            assertSame(set, expected, seed);
            int step = expected.size() / 100;
            int at = 0;
            for (byte[] id : expected) {
                if (at++ % step == 0) {
                    String known = new String(id, StandardCharsets.UTF_8);
                    assertThat(set.contains(known))
                            .as("seed %d, %s", seed, known)
                            .isTrue();
                }
            }
        }
    }

    private static String randomId(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> id(random.nextInt(2 * RUN));
            case 1 -> "shared/beginning/of/many/ids/" + random.nextInt(RUN);
            case 2 -> new String(Character.toChars(0x1F600 + random.nextInt(50))) + "é" + random.nextInt(RUN);
            default -> "x".repeat(1 + random.nextInt(1000)) + random.nextInt(3);
        };
    }

    private static void assertSame(SpillingPayloadIDSet set, TreeSet<byte[]> expected, long seed) {
        assertThat(set.size()).as("seed %d", seed).isEqualTo(expected.size());
        Iterator<byte[]> next = expected.iterator();
        for (String id : set) {
            byte[] same = next.next();
            if (!Arrays.equals(id.getBytes(StandardCharsets.UTF_8), same)) {
                fail("seed %d: expected %s, found %s", seed, new String(same, StandardCharsets.UTF_8), id);
            }
        }
        assertThat(next).as("seed %d", seed).isExhausted();
        assertThat(set.size()).as("seed %d", seed).isEqualTo(expected.size());
    }

    @Test
    void many_runs_become_few_and_an_iteration_that_has_begun_goes_on() throws IOException {
        assumeThat(Path.of("/proc/self/fd")).exists();
        int count = 34 * RUN;
        try (SpillingPayloadIDSet set = set()) {
            for (int i = 0; i < 31 * RUN; i++) {
                set.add(id(i));
            }
            Iterator<String> begun = set.iterator();
            String first = begun.next();
            for (int i = 31 * RUN; i < count; i++) {
                set.add(id(i));
            }
            long atLeast = 1;
            String last = first;
            while (begun.hasNext()) {
                String next = begun.next();
                if (next.compareTo(last) <= 0) {
                    fail("expected more than %s, found %s", last, next);
                }
                last = next;
                atLeast++;
            }
            assertThat(atLeast).isBetween(31L * RUN, (long) count);
            assertThat(openFiles()).isLessThan(8);
            assertThat(set.size()).isEqualTo(count);
        }
        assertThat(openFiles()).isZero();
    }

    private long openFiles() throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.filter(handle -> {
                        try {
                            return Files.readSymbolicLink(handle).startsWith(directory);
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void a_set_that_could_not_keep_its_ids_is_never_taken_for_a_whole_one() throws IOException {
        Path blocked = Files.createFile(directory.resolve("file"));
        try (SpillingPayloadIDSet set =
                new SpillingPayloadIDSet(new IdSpill(blocked, IdSpill.LEAST_HEAP_BYTES), bytes -> {})) {
            assertThatThrownBy(() -> addUntilSpilled(set))
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE))
                    .hasMessageContaining(blocked.toString());
            assertThatThrownBy(set::iterator).isInstanceOf(BackupException.class);
            assertThatThrownBy(set::size).isInstanceOf(BackupException.class);
            assertThatThrownBy(() -> set.add("one more")).isInstanceOf(BackupException.class);
            assertThatThrownBy(() -> set.contains("one more")).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void whoever_is_told_of_the_bytes_can_end_it_and_then_it_is_not_whole() {
        try (SpillingPayloadIDSet set =
                new SpillingPayloadIDSet(new IdSpill(directory, IdSpill.LEAST_HEAP_BYTES), bytes -> {
                    throw new BackupAbortedException("dummy");
                })) {
            assertThatThrownBy(() -> addUntilSpilled(set)).isInstanceOf(BackupAbortedException.class);
            assertThatThrownBy(set::iterator).isInstanceOf(BackupException.class);
        }
        assertThat(directory).isEmptyDirectory();
    }

    private static void addUntilSpilled(SpillingPayloadIDSet set) {
        for (int i = 0; i < 2 * RUN; i++) {
            set.add(id(i));
        }
    }

    @Test
    void a_closed_set_is_refused_and_leaves_nothing() {
        SpillingPayloadIDSet set = set();
        addUntilSpilled(set);
        set.close();
        set.close();
        assertThat(directory).isEmptyDirectory();
        assertThatThrownBy(set::iterator).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> set.add("one more")).isInstanceOf(BackupException.class);
    }
}
