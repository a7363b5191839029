package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.Clock;
import io.holdfast.backup.core.scheduler.AlarmClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Time that passes many times as fast as the host's, and is the same in every process with the same beginning. */
final class FastClock implements Clock, AlarmClock, AutoCloseable {
    private final Instant beginning;
    private final int factor;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(action -> {
        Thread alarms = new Thread(action, "fast-clock");
        alarms.setDaemon(true);
        return alarms;
    });

    FastClock(Instant beginning, int factor) {
        this.beginning = beginning;
        this.factor = factor;
    }

    @Override
    public Instant now() {
        return beginning.plus(Duration.between(beginning, Instant.now()).multipliedBy(factor));
    }

    /** What the host's clock shows when this one shows an instant. */
    Instant realTimeOf(Instant instant) {
        return beginning.plus(Duration.between(beginning, instant).dividedBy(factor));
    }

    @Override
    public void wakeAt(Instant instant, Runnable action) {
        long nanos = Duration.between(now(), instant).toNanos() / factor;
        try {
            ScheduledFuture<?> unused = thread.schedule(action, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            assertThat(thread.isShutdown()).isTrue();
        }
    }

    void await(Instant instant) throws InterruptedException {
        while (now().isBefore(instant)) {
            CountDownLatch woken = new CountDownLatch(1);
            wakeAt(instant, woken::countDown);
            woken.await();
        }
    }

    java.time.Clock javaTime() {
        InstantSource source = this::now;
        return source.withZone(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
