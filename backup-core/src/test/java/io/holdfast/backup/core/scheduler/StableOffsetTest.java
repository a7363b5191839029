package io.holdfast.backup.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StableOffsetTest {
    @Test
    void the_offset_is_the_published_hash_modulo_the_seconds() {
        // FNV-1a 64 of "a" is af63dc4c8601ec8c, of "foobar" 85944171f73967e8: both negative as signed numbers.
        assertThat(StableOffset.of("a", Duration.ofSeconds(1_000_003)))
                .isEqualTo(Duration.ofSeconds(Long.remainderUnsigned(0xaf63dc4c8601ec8cL, 1_000_003)));
        assertThat(StableOffset.of("foobar", Duration.ofMinutes(5)))
                .isEqualTo(Duration.ofSeconds(Long.remainderUnsigned(0x85944171f73967e8L, 300)));
    }

    @Test
    void less_than_a_second_means_no_offset() {
        assertThat(StableOffset.of("a", Duration.ofMillis(999))).isZero();
        assertThat(StableOffset.of("a", Duration.ZERO)).isZero();
    }

    @Test
    void ten_thousand_names_are_spread_evenly() {
        int[] histogram = new int[300];
        for (int i = 0; i < 10_000; i++) {
            histogram[
                    (int) StableOffset.of("catalogue-" + i, Duration.ofMinutes(5))
                            .toSeconds()]++;
        }
        // 33 a second on average, with a standard deviation of less than 6.
        assertThat(IntStream.of(histogram).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(8, 66));
    }
}
