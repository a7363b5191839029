package io.holdfast.backup.core.scheduler;

import io.holdfast.backup.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a {@link Scheduler} has its time from, so that a test can drive it through a year in seconds. */
public interface AlarmClock {
    /** Returns the present time, in UTC. */
    Instant now();

    /**
     * Has an action run once this instant has come, or earlier: whoever is woken looks at {@link #now} and sets another alarm.
     * Returns at once. An alarm cannot be taken back; the action must not mind to run in vain.
     *
     * @param instant when to wake up
     * @param action what to run, quick; throws nothing
     */
    void wakeAt(Instant instant, Runnable action);

    /**
     * Returns the alarm clock of a host. It wakes up at least once a minute, so that a clock that was set or a host that slept
     * costs no more than a minute.
     *
     * @param clock the time
     * @param thread where actions run; the caller ends it, after which nobody is woken any more
     * @return the alarm clock
     */
    static AlarmClock of(Clock clock, ScheduledExecutorService thread) {
        Logger log = LoggerFactory.getLogger(AlarmClock.class);
        Duration longest = Duration.ofMinutes(1);
        return new AlarmClock() {
            @Override
            public Instant now() {
                return clock.now();
            }

            @Override
            public void wakeAt(Instant instant, Runnable action) {
                Duration wait = Duration.between(now(), instant);
                Duration bounded = wait.compareTo(longest) > 0 ? longest : wait;
                try {
                    ScheduledFuture<?> unused =
                            thread.schedule(action, Math.max(0, bounded.toMillis()), TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException e) {
                    // A run that was on its way when the service was closed must still give its lock back.
                    log.debug("event=alarm_left reason=\"the thread has ended\"");
                }
            }
        };
    }
}
