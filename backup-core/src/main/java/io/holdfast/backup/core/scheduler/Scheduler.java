package io.holdfast.backup.core.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks when they are due. Safe for use by several threads. Has one alarm for all of them, and no thread of its own.
 *
 * <p>A task that fails stays scheduled. An instant that comes while the task still runs is passed over. A run that begins more
 * than a minute late counts as missed.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration LATE = Duration.ofMinutes(1);

    private final AlarmClock clock;
    private final Executor threads;
    private final Map<String, Entry> entries = new HashMap<>();
    private final TreeSet<Entry> queue = new TreeSet<>(
            Comparator.comparing((Entry entry) -> entry.runAt).thenComparing(entry -> entry.timetable.name()));
    private Instant lastSeen = Instant.EPOCH;
    private Instant alarm = Instant.MAX;
    private long alarms;
    private boolean started;
    private boolean closed;

    /**
     * Creates a scheduler that does not run yet.
     *
     * @param clock its time
     * @param threads where tasks run; the caller ends them, after the scheduler
     */
    public Scheduler(AlarmClock clock, Executor threads) {
        this.clock = clock;
        this.threads = threads;
    }

    /** What is scheduled, guarded by the scheduler; runAt changes only while the entry is out of the queue. */
    private static final class Entry {
        private final Timetable timetable;
        private final ScheduledTask task;
        private Instant tick;
        private Instant runAt;
        private boolean running;

        Entry(Timetable timetable, ScheduledTask task, Instant tick) {
            this.timetable = timetable;
            this.task = task;
            this.tick = tick;
            this.runAt = tick.plus(timetable.offset());
        }

        void aim(Instant next) {
            tick = next;
            runAt = next.plus(timetable.offset());
        }
    }

    /** Begins to run what is due. Does nothing the second time. */
    public void start() {
        synchronized (this) {
            requireOpen();
            if (started) {
                return;
            }
            started = true;
        }
        wake();
    }

    /**
     * Schedules a task, in the place of the one with the same name if there is one; a run of that goes on. With an equal
     * timetable, the one that is there stays.
     *
     * @param timetable when it is due
     * @param task the task
     * @param doneBefore what is due at or before this instant was done by an earlier process, or is nobody's business; for
     *     {@link MissedRuns#ONCE}, the instant of the newest run
     * @return whether something changed
     * @throws IllegalStateException after {@link #close}
     */
    public boolean schedule(Timetable timetable, ScheduledTask task, Instant doneBefore) {
        synchronized (this) {
            requireOpen();
            Entry present = entries.get(timetable.name());
            if (present != null && sameAs(present.timetable, timetable)) {
                return false;
            }
            if (present != null) {
                queue.remove(present);
            }
            Instant tick = timetable.missedRuns() == MissedRuns.ONCE
                    ? timetable.schedule().next(doneBefore)
                    : timetable.nextRunAfter(clock.now());
            Entry entry = new Entry(timetable, task, tick);
            entries.put(timetable.name(), entry);
            queue.add(entry);
        }
        wake();
        return true;
    }

    private static boolean sameAs(Timetable one, Timetable other) {
        return one.schedule().expression().equals(other.schedule().expression())
                && one.maxJitter().equals(other.maxJitter())
                && one.missedRuns() == other.missedRuns();
    }

    /**
     * Removes a task, which is asked to end if it runs.
     *
     * @param name its name
     * @return whether there was one
     */
    public boolean remove(String name) {
        Entry removed;
        boolean inFlight;
        synchronized (this) {
            removed = entries.remove(name);
            if (removed == null) {
                return false;
            }
            queue.remove(removed);
            inFlight = removed.running;
        }
        if (inFlight) {
            removed.task.cancel();
        }
        return true;
    }

    /**
     * Returns when a task runs next.
     *
     * @param name its name
     * @return the instant, offset and all; empty if there is no such task
     */
    public synchronized Optional<Instant> nextRun(String name) {
        return Optional.ofNullable(entries.get(name)).map(entry -> entry.runAt);
    }

    /** Runs what is due and sets the next alarm. */
    private void wake() {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            if (!started || closed) {
                return;
            }
            Instant now = clock.now();
            if (now.isBefore(lastSeen.minus(LATE))) {
                aimAgain(now);
            } else if (now.isAfter(lastSeen)) {
                lastSeen = now;
            }
            while (!queue.isEmpty() && !queue.first().runAt.isAfter(now)) {
                Entry entry = queue.pollFirst();
                take(entry, now).ifPresent(due::add);
                queue.add(entry);
            }
            if (!queue.isEmpty() && queue.first().runAt.isBefore(alarm)) {
                alarm = queue.first().runAt;
                long number = ++alarms;
                clock.wakeAt(alarm, () -> alarmed(number));
            }
        }
        due.forEach(Runnable::run);
    }

    private void alarmed(long number) {
        synchronized (this) {
            if (number != alarms) {
                // Another alarm was set since, for an earlier time.
                return;
            }
            alarm = Instant.MAX;
        }
        wake();
    }

    /** A clock that was put back must not leave anything waiting for what it showed before. */
    private void aimAgain(Instant now) {
        LOG.warn("event=clock_went_back from={} to={}", lastSeen, now);
        lastSeen = now;
        queue.clear();
        for (Entry entry : entries.values()) {
            entry.aim(entry.timetable.nextRunAfter(now));
            queue.add(entry);
        }
    }

    /** Moves an entry on to what comes next; returns what is to be done for what was due. */
    private Optional<Runnable> take(Entry entry, Instant now) {
        Schedule schedule = entry.timetable.schedule();
        Duration offset = entry.timetable.offset();
        Instant latest = schedule.newest(entry.tick, now.minus(offset)).orElse(entry.tick);
        entry.aim(schedule.next(latest));
        String name = entry.timetable.name();
        if (entry.running) {
            LOG.info(
                    "event=run_passed_over name={} scheduled_for={} reason=\"the one before still runs\"",
                    name,
                    latest);
            return Optional.empty();
        }
        boolean late = Duration.between(latest.plus(offset), now).compareTo(LATE) > 0;
        if (late && entry.timetable.missedRuns() == MissedRuns.SKIP) {
            LOG.warn("event=run_missed name={} scheduled_for={}", name, latest);
            return Optional.empty();
        }
        entry.running = true;
        Instant scheduledFor = latest;
        return Optional.of(() -> start(entry, scheduledFor));
    }

    private void start(Entry entry, Instant scheduledFor) {
        try {
            threads.execute(() -> run(entry, scheduledFor));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "event=run_missed name={} scheduled_for={} reason=\"no thread\"",
                    entry.timetable.name(),
                    scheduledFor);
            ended(entry);
        }
    }

    private void run(Entry entry, Instant scheduledFor) {
        try {
            entry.task.run(scheduledFor);
        } catch (RuntimeException | Error e) {
            LOG.error("event=run_failed name={} scheduled_for={}", entry.timetable.name(), scheduledFor, e);
        } finally {
            ended(entry);
        }
    }

    private synchronized void ended(Entry entry) {
        entry.running = false;
    }

    /** Ends the schedule and asks every run in progress to end soon. Does not wait. Closing twice does nothing more. */
    @Override
    public void close() {
        List<Entry> inFlight;
        synchronized (this) {
            closed = true;
            queue.clear();
            inFlight = entries.values().stream().filter(entry -> entry.running).toList();
            entries.clear();
        }
        inFlight.forEach(entry -> entry.task.cancel());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open scheduler, found a closed one");
        }
    }
}
