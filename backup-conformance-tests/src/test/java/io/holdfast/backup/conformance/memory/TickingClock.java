package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves by a millisecond whenever it is asked, so that nobody has to wait. */
final class TickingClock implements Clock {
    private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(millis.incrementAndGet());
    }
}
