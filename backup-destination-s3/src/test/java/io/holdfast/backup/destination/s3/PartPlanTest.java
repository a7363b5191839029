package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How objects are cut, whatever their size. */
class PartPlanTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final PartPlan DEFAULT = new PartPlan(8 * MIB, 4, 128 * MIB, PartPlan.MAX_PARTS);

    @Test
    void a_tebibyte_fits_with_the_defaults() {
        assertThat(DEFAULT.capacity()).isGreaterThanOrEqualTo(1024 * GIB);
        assertThat(partsOf(DEFAULT, 1024 * GIB)).isLessThanOrEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource({"64, 540", "128, 1024", "256, 1900", "1024, 4000"})
    void more_memory_makes_room_for_larger_objects(long memory, long gibibytes) {
        PartPlan plan = new PartPlan(8 * MIB, 4, memory * MIB, PartPlan.MAX_PARTS);
        assertThat(plan.capacity()).isGreaterThanOrEqualTo(gibibytes * GIB);
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 5", "5, 8, 5", "10, 16, 4", "20, 32, 2", "40, 64, 2", "80, 128, 1", "1023, 128, 1"})
    void parts_grow_and_their_number_in_memory_falls(long gibibytes, long mebibytes, int held) {
        long size = DEFAULT.sizeAt(gibibytes * GIB);
        assertThat(size).isEqualTo(mebibytes * MIB);
        assertThat(DEFAULT.heldOf(size)).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"5, 40", "20, 64", "1024, 128"})
    void memory_keeps_to_what_is_documented(long gibibytes, long mebibytes) {
        long most = 0;
        for (long offset = 0; offset < gibibytes * GIB; offset += DEFAULT.sizeAt(offset)) {
            long size = DEFAULT.sizeAt(offset);
            most = Math.max(most, size * DEFAULT.heldOf(size));
        }
        assertThat(most).isLessThanOrEqualTo(mebibytes * MIB);
    }

    @ParameterizedTest
    @CsvSource({"5, 1, 10", "5, 64, 10", "64, 4, 128", "1024, 64, 2048", "7, 3, 100", "8, 4, 2048"})
    void no_configuration_exceeds_its_memory_or_ends_early(long partSize, int inFlight, long memory) {
        PartPlan plan = new PartPlan(partSize * MIB, inFlight, memory * MIB, PartPlan.MAX_PARTS);
        long before = 0;
        long offset = 0;
        for (int part = 0; part < PartPlan.MAX_PARTS; part++) {
            long size = plan.sizeAt(offset);
            assertThat(size).isBetween(before, memory * MIB);
            assertThat(size * plan.heldOf(size)).isLessThanOrEqualTo(memory * MIB);
            assertThat(plan.heldOf(size)).isBetween(1, inFlight + 1);
            before = size;
            offset += size;
        }
        assertThat(offset).isEqualTo(plan.capacity());
        assertThat(plan.heldRanges() * plan.rangeSize()).isLessThanOrEqualTo(memory * MIB);
    }

    private static int partsOf(PartPlan plan, long size) {
        int parts = 0;
        for (long offset = 0; offset < size; offset += plan.sizeAt(offset)) {
            parts++;
        }
        return parts;
    }
}
