package io.holdfast.backup.core.executor;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Looks when the test says so. */
final class HandTicker implements Ticker {
    private final AtomicReference<Runnable> look = new AtomicReference<>();

    @Override
    public Ticking every(Duration interval, Runnable action) {
        look.set(action);
        // A run that is over may end its ticking after the next one has begun.
        return () -> look.compareAndSet(action, null);
    }

    void look(int times) {
        for (int i = 0; i < times; i++) {
            look.get().run();
        }
    }

    boolean isTicking() {
        return look.get() != null;
    }
}
