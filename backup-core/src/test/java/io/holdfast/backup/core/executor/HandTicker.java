package io.holdfast.backup.core.executor;

import java.time.Duration;

/** Looks when the test says so. */
final class HandTicker implements Ticker {
    private volatile Runnable look;

    @Override
    public Ticking every(Duration interval, Runnable action) {
        look = action;
        return () -> look = null;
    }

    void look(int times) {
        for (int i = 0; i < times; i++) {
            look.run();
        }
    }

    boolean isTicking() {
        return look != null;
    }
}
