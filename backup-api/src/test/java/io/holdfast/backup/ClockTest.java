package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClockTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901234Z");

    @Test
    void the_source_is_asked_each_time() {
        AtomicReference<Instant> time = new AtomicReference<>(TIME);
        Clock clock = Clock.from(time::get);

        assertThat(clock.now()).isEqualTo(TIME);
        time.set(TIME.plusNanos(1));
        assertThat(clock.now()).isEqualTo(TIME.plusNanos(1));
    }

    @Test
    void a_clock_of_the_jdk_is_a_source() {
        assertThat(Clock.from(java.time.Clock.fixed(TIME, ZoneOffset.UTC)).now())
                .isEqualTo(TIME);
    }

    @Test
    void the_system_clock_is_that_of_this_host() {
        Instant before = Instant.now();
        Instant now = Clock.system().now();

        assertThat(now).isBetween(before, Instant.now());
    }
}
