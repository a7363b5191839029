package io.holdfast.backup.core.service;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Four processes with one schedule, which are killed and stopped at random moments. One of them, another one for each instant of
 * the schedule, is left alone from shortly before it until the backup that it may make is done.
 */
final class ScheduledHosts implements AutoCloseable {
    private static final int HOSTS = 4;
    private static final Duration BEFORE = Duration.ofMinutes(1);

    /** Late enough for the end of a backup; early enough that the lock of a dead holder lapses before the next instant. */
    private static final Duration HARM_WITHIN = Duration.ofMinutes(4);

    private static final Duration LATEST = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(22);

    /** A host that was woken may be at a backup of the instant before, which takes up to four minutes. */
    private static final Duration SETTLED = Duration.ofMinutes(5);

    private final FastClock clock;
    private final String database;
    private final Path directory;
    private final List<String> time;
    private final Random random;
    private final double harm;
    private final ScheduledHostProcess[] hosts = new ScheduledHostProcess[HOSTS];
    private final List<ScheduledHostProcess> everyHost = new ArrayList<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparing(Event::at));
    private @Nullable ScheduledHostProcess spared;
    private int kills;
    private int pauses;

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private record Event(Instant at, Action action) {}

    /** What was done to the processes. */
    record Harm(int kills, int pauses) {}

    /**
     * Starts the processes.
     *
     * @param harm how likely it is that a process is harmed at an instant of the schedule
     */
    ScheduledHosts(FastClock clock, List<String> time, String database, Path directory, Random random, double harm)
            throws IOException {
        this.clock = clock;
        this.time = time;
        this.database = database;
        this.directory = directory;
        this.random = random;
        this.harm = harm;
        for (int slot = 0; slot < HOSTS; slot++) {
            start(slot);
        }
    }

    private void start(int slot) throws IOException {
        hosts[slot] =
                ScheduledHostProcess.start("jvm-" + slot + "-" + everyHost.size(), clock, database, directory, time);
        everyHost.add(hosts[slot]);
    }

    boolean allLive() {
        return List.of(hosts).stream().allMatch(host -> host.liveSince().isPresent());
    }

    ScheduledHostProcess named(String name) {
        return everyHost.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Harms processes around each of these instants, and lets all of them end after the last. Returns who was left alone. */
    List<ScheduledHostProcess> harmAround(List<Instant> ticks) throws IOException, InterruptedException {
        List<ScheduledHostProcess> leftAlone = new ArrayList<>();
        for (Instant tick : ticks) {
            runEventsTo(tick.minus(BEFORE));
            leftAlone.add(planHarm(tick));
        }
        Instant end = ticks.get(ticks.size() - 1).plus(ScheduledHost.EVERY);
        runEventsTo(end);
        for (ScheduledHostProcess host : hosts) {
            if (host.stopped()) {
                host.goOn();
            }
        }
        // Whoever was stopped makes the backup that it was at.
        clock.await(end.plus(SETTLED));
        for (ScheduledHostProcess host : hosts) {
            host.end();
        }
        return leftAlone;
    }

    private ScheduledHostProcess planHarm(Instant tick) {
        List<ScheduledHostProcess> settled = List.of(hosts).stream()
                .filter(host -> host.liveSince()
                        .filter(since -> since.isBefore(tick.minus(BEFORE).minus(SETTLED)))
                        .isPresent())
                .toList();
        // The one that was spared last may be at a backup that it could begin late only.
        ScheduledHostProcess sparedBefore = spared;
        spared = settled.get(random.nextInt(settled.size()));
        for (int i = 0; i < HOSTS; i++) {
            int slot = i;
            double dice = random.nextDouble();
            Instant at = tick.plusMillis(random.nextLong(HARM_WITHIN.toMillis()));
            Instant wakeAt = at.plusMillis(random.nextLong(LONGEST_PAUSE.toMillis()));
            if (hosts[slot] == spared || hosts[slot] == sparedBefore || dice > harm) {
                continue;
            }
            ScheduledHostProcess host = hosts[slot];
            Action action = dice < harm / 3 ? () -> kill(slot, host) : () -> pause(host, wakeAt);
            events.add(new Event(at, () -> unlessLate(tick.plus(HARM_WITHIN).plus(LATEST), action)));
        }
        return spared;
    }

    private void runEventsTo(Instant end) throws IOException, InterruptedException {
        while (!events.isEmpty() && !events.peek().at().isAfter(end)) {
            Event event = events.poll();
            clock.await(event.at());
            event.action().run();
        }
        clock.await(end);
    }

    /** On a busy machine this process may be late itself: then the lock of a dead holder would lapse too late. */
    private void unlessLate(Instant end, Action action) throws IOException, InterruptedException {
        if (clock.now().isBefore(end)) {
            action.run();
        }
    }

    private void kill(int slot, ScheduledHostProcess host) throws IOException, InterruptedException {
        host.close();
        start(slot);
        kills++;
    }

    private void pause(ScheduledHostProcess host, Instant wakeAt) throws IOException, InterruptedException {
        if (host.stopped()) {
            return;
        }
        host.stop();
        pauses++;
        events.add(new Event(wakeAt, () -> {
            if (!host.dead()) {
                host.goOn();
            }
        }));
    }

    /** What every process logged and suffered in some time: why an instant of the schedule has no backup. */
    String story(ScheduledHostProcess.Span time) {
        StringBuilder story = new StringBuilder();
        for (ScheduledHostProcess host : everyHost) {
            List<String> lines = host.loggedIn(
                    new ScheduledHostProcess.Span(clock.realTimeOf(time.from()), clock.realTimeOf(time.to())));
            if (!lines.isEmpty()) {
                story.append('\n').append(host.name()).append(" stood still ").append(host.stoodStill());
                lines.forEach(line -> story.append("\n  ").append(line));
            }
        }
        return story.toString();
    }

    Harm harmDone() {
        return new Harm(kills, pauses);
    }

    @Override
    public void close() throws InterruptedException {
        for (ScheduledHostProcess host : everyHost) {
            host.close();
        }
    }
}
