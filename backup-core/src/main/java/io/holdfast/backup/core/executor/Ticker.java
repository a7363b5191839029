package io.holdfast.backup.core.executor;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs an action again and again until it is told to stop. */
interface Ticker {
    /** Runs the action after each interval, never twice at once, until the result is closed. */
    Ticking every(Duration interval, Runnable action);

    /** An action that is being repeated. */
    interface Ticking extends AutoCloseable {
        /** Lets a run in progress end, and starts no other. */
        @Override
        void close();
    }

    static Ticker of(ScheduledExecutorService scheduler) {
        return (interval, action) -> {
            ScheduledFuture<?> future = scheduler.scheduleWithFixedDelay(
                    action, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        };
    }
}
