package io.holdfast.backup.core.testing;

import io.holdfast.backup.Clock;
import java.time.Duration;
import java.time.Instant;

/** Stands still until the test moves it. */
public final class SetClock implements Clock {
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Override
    public Instant now() {
        return now;
    }

    public void move(Duration by) {
        now = now.plus(by);
    }
}
