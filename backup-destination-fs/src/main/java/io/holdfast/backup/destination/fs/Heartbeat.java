package io.holdfast.backup.destination.fs;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Shows that uploads are alive while their writers are slow (D7), and does what else they ask for beside their writers. One daemon
 * thread, there only as long as there are uploads.
 */
final class Heartbeat implements Executor, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final long intervalNanos;

    Heartbeat(Duration interval) {
        intervalNanos = interval.toNanos();
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "holdfast-fs-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(5, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Calls this again and again until it is cancelled.
     *
     * @throws RejectedExecutionException after {@link #close}
     */
    Future<?> start(Runnable beat) {
        return executor.scheduleWithFixedDelay(beat, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
