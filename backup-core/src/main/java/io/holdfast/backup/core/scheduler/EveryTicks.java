package io.holdfast.backup.core.scheduler;

import java.time.Duration;
import java.time.Instant;

/** The multiples of a duration since 1970. */
record EveryTicks(Duration period) implements Schedule.Ticks {
    @Override
    public Instant after(Instant instant) {
        long seconds = period.toSeconds();
        return Instant.ofEpochSecond((Math.floorDiv(instant.getEpochSecond(), seconds) + 1) * seconds);
    }
}
