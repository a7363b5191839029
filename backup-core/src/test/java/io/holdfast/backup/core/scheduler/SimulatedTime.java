package io.holdfast.backup.core.scheduler;

import io.holdfast.backup.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when the test says so: from alarm to alarm, each of which runs in the test's own thread. */
public final class SimulatedTime implements AlarmClock {
    private record Alarm(Instant at, Runnable action) {}

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparing(Alarm::at));
    private Instant now;
    private long wakes;

    public SimulatedTime(Instant start) {
        now = start;
    }

    public Clock clock() {
        return this::now;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized void wakeAt(Instant instant, Runnable action) {
        alarms.add(new Alarm(instant, action));
    }

    /** Lets time pass. */
    public void runTo(Instant end) {
        while (true) {
            Alarm alarm;
            synchronized (this) {
                if (alarms.isEmpty() || alarms.peek().at().isAfter(end)) {
                    now = end;
                    return;
                }
                alarm = alarms.poll();
                now = alarm.at().isAfter(now) ? alarm.at() : now;
                wakes++;
            }
            alarm.action().run();
        }
    }

    /** Sets the clock without waking anybody: a host that slept, or a clock that was put right. */
    public synchronized void jumpTo(Instant instant) {
        now = instant;
    }

    /** Wakes everybody now, early or late. */
    public void wakeAll() {
        PriorityQueue<Alarm> due;
        synchronized (this) {
            due = new PriorityQueue<>(alarms);
            alarms.clear();
        }
        due.forEach(alarm -> alarm.action().run());
    }

    public synchronized long wakes() {
        return wakes;
    }
}
