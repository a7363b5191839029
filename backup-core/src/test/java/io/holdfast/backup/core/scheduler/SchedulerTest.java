package io.holdfast.backup.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedTime time = new SimulatedTime(START);
    private final Scheduler scheduler = new Scheduler(time, Runnable::run);
    private final List<Instant> runs = new ArrayList<>();

    @AfterEach
    void close() {
        scheduler.close();
    }

    private static Timetable timetable(String name, String expression, MissedRuns missed) {
        return new Timetable(name, Schedule.parse(expression, UTC), Duration.ZERO, missed);
    }

    private void schedule(String name, String expression) {
        scheduler.schedule(timetable(name, expression, MissedRuns.SKIP), runs::add, START);
    }

    private static Instant at(String time) {
        return Instant.parse("2026-01-01T" + time + "Z");
    }

    @Test
    void what_is_due_runs_with_its_own_instant() {
        schedule("a", "0 */6 * * *");
        scheduler.start();
        time.runTo(at("18:00:00"));
        assertThat(runs).containsExactly(at("06:00:00"), at("12:00:00"), at("18:00:00"));
        assertThat(scheduler.nextRun("a")).contains(Instant.parse("2026-01-02T00:00:00Z"));
    }

    @Test
    void a_name_runs_at_its_own_offset_of_the_instant() {
        Timetable jittered = new Timetable("a", Schedule.parse("@hourly", UTC), Duration.ofMinutes(5), MissedRuns.SKIP);
        List<Instant> began = new ArrayList<>();
        scheduler.schedule(
                jittered,
                tick -> {
                    runs.add(tick);
                    began.add(time.now());
                },
                START);
        scheduler.start();
        time.runTo(at("02:30:00"));
        // The instant at the very start is not over: its run is still to come.
        assertThat(runs).containsExactly(at("00:00:00"), at("01:00:00"), at("02:00:00"));
        assertThat(began)
                .containsExactlyElementsOf(
                        runs.stream().map(tick -> tick.plus(jittered.offset())).toList());
    }

    @Test
    void a_task_that_fails_stays_scheduled() {
        scheduler.schedule(
                timetable("a", "@hourly", MissedRuns.SKIP),
                tick -> {
                    runs.add(tick);
                    throw new IllegalStateException("as the test wants it");
                },
                START);
        scheduler.start();
        time.runTo(at("03:00:00"));
        assertThat(runs).hasSize(3);
    }

    @Test
    void what_comes_while_the_task_runs_is_passed_over() {
        Queue<Runnable> slow = new ArrayDeque<>();
        try (Scheduler busy = new Scheduler(time, slow::add)) {
            busy.schedule(timetable("a", "@hourly", MissedRuns.ONCE), runs::add, START);
            busy.start();
            time.runTo(at("03:30:00"));
            assertThat(slow).hasSize(1);
            slow.remove().run();
            time.runTo(at("04:00:00"));
            slow.remove().run();
        }
        assertThat(runs).containsExactly(at("01:00:00"), at("04:00:00"));
    }

    @Test
    void instants_during_which_the_host_slept_are_skipped() {
        schedule("a", "@hourly");
        scheduler.start();
        time.jumpTo(at("05:10:00"));
        time.runTo(at("06:00:00"));
        assertThat(runs).containsExactly(at("06:00:00"));
    }

    @Test
    void or_made_up_for_once() {
        scheduler.schedule(timetable("a", "@hourly", MissedRuns.ONCE), runs::add, START);
        scheduler.start();
        time.jumpTo(at("05:10:00"));
        time.runTo(at("06:00:00"));
        assertThat(runs).containsExactly(at("05:00:00"), at("06:00:00"));
    }

    @Test
    void what_was_missed_before_the_start_is_made_up_for_once() {
        scheduler.schedule(timetable("a", "@daily", MissedRuns.ONCE), runs::add, Instant.parse("2025-12-01T00:00:00Z"));
        scheduler.schedule(timetable("b", "@daily", MissedRuns.ONCE), runs::add, START);
        time.jumpTo(at("12:00:00"));
        scheduler.start();
        assertThat(runs).containsExactly(START);
    }

    @Test
    void a_run_that_is_a_little_late_counts() {
        schedule("a", "@hourly");
        scheduler.start();
        time.jumpTo(at("01:00:59"));
        time.runTo(at("01:30:00"));
        assertThat(runs).containsExactly(at("01:00:00"));
    }

    @Test
    void a_clock_that_is_put_back_leaves_nothing_waiting() {
        time.jumpTo(Instant.parse("2036-01-01T00:00:00Z"));
        schedule("a", "@daily");
        scheduler.start();
        time.jumpTo(at("12:00:00"));
        time.wakeAll();
        time.runTo(Instant.parse("2026-01-02T00:00:00Z"));
        assertThat(runs).containsExactly(Instant.parse("2026-01-02T00:00:00Z"));
    }

    @Test
    void an_alarm_that_comes_early_runs_nothing() {
        schedule("a", "@hourly");
        scheduler.start();
        time.jumpTo(at("00:59:59"));
        time.wakeAll();
        assertThat(runs).isEmpty();
        time.runTo(at("01:00:00"));
        assertThat(runs).hasSize(1);
    }

    @Test
    void an_equal_timetable_changes_nothing_and_another_one_counts_from_now_on() {
        schedule("a", "@hourly");
        assertThat(scheduler.schedule(timetable("a", "@hourly", MissedRuns.SKIP), runs::add, START))
                .isFalse();
        scheduler.start();
        time.runTo(at("01:30:00"));
        assertThat(scheduler.schedule(timetable("a", "0 */2 * * *", MissedRuns.SKIP), runs::add, START))
                .isTrue();
        time.runTo(at("04:30:00"));
        assertThat(runs).containsExactly(at("01:00:00"), at("02:00:00"), at("04:00:00"));
    }

    @Test
    void an_earlier_task_brings_the_alarm_forward() {
        schedule("a", "@daily");
        scheduler.start();
        schedule("b", "@hourly");
        time.runTo(at("01:00:00"));
        assertThat(runs).containsExactly(at("01:00:00"));
        time.runTo(Instant.parse("2026-01-03T00:00:00Z"));
        assertThat(time.wakes()).isLessThanOrEqualTo(50);
    }

    @Test
    void closing_and_removing_cancel_what_runs_and_only_that() {
        Queue<Runnable> slow = new ArrayDeque<>();
        List<String> cancelled = new ArrayList<>();
        try (Scheduler busy = new Scheduler(time, slow::add)) {
            for (String name : List.of("a", "b", "c")) {
                busy.schedule(
                        timetable(name, name.equals("c") ? "@daily" : "@hourly", MissedRuns.SKIP),
                        new ScheduledTask() {
                            @Override
                            public void run(Instant tick) {}

                            @Override
                            public void cancel() {
                                cancelled.add(name);
                            }
                        },
                        START);
            }
            busy.start();
            time.runTo(at("01:00:00"));
            assertThat(busy.remove("a")).isTrue();
            assertThat(busy.remove("a")).isFalse();
            assertThat(cancelled).containsExactly("a");
        }
        assertThat(cancelled).containsExactly("a", "b");
        time.runTo(at("05:00:00"));
        assertThat(slow).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Rome", "America/New_York"})
    void a_simulated_year_has_every_hour_and_every_day(String zone) {
        ZoneId at = ZoneId.of(zone);
        Instant newYear = LocalDate.of(2026, 1, 1).atStartOfDay(at).toInstant();
        SimulatedTime year = new SimulatedTime(newYear.minusSeconds(1));
        List<Instant> hourly = new ArrayList<>();
        List<Instant> nightly = new ArrayList<>();
        try (Scheduler scheduled = new Scheduler(year, Runnable::run)) {
            scheduled.schedule(
                    new Timetable("hourly", Schedule.parse("@hourly", at), Duration.ZERO, MissedRuns.SKIP),
                    hourly::add,
                    newYear);
            scheduled.schedule(
                    new Timetable("nightly", Schedule.parse("30 2 * * *", at), Duration.ZERO, MissedRuns.SKIP),
                    nightly::add,
                    newYear);
            scheduled.start();
            year.runTo(LocalDate.of(2027, 1, 1).atStartOfDay(at).toInstant().minusSeconds(1));
        }
        assertThat(hourly).hasSize(365 * 24);
        assertThat(nightly).hasSize(365);
        TreeSet<LocalDate> days = new TreeSet<>();
        nightly.forEach(tick -> days.add(tick.atZone(at).toLocalDate()));
        assertThat(days).hasSize(Year.of(2026).length());
    }

    @Test
    void ten_thousand_names_wake_up_only_when_one_is_due() {
        for (int i = 0; i < 10_000; i++) {
            scheduler.schedule(
                    new Timetable(
                            "catalogue-" + i, Schedule.parse("0 3 * * *", UTC), Duration.ofMinutes(5), MissedRuns.SKIP),
                    runs::add,
                    START);
        }
        scheduler.start();
        time.runTo(at("02:59:59"));
        assertThat(time.wakes()).isZero();
        time.runTo(at("03:05:00"));
        assertThat(runs).hasSize(10_000).containsOnly(at("03:00:00"));
        assertThat(time.wakes()).isLessThanOrEqualTo(300);
    }

    @Test
    void an_alarm_clock_whose_thread_has_ended_refuses_nobody_and_wakes_nobody() {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        thread.shutdown();
        List<String> woken = new ArrayList<>();
        AlarmClock.of(Clock.system(), thread).wakeAt(Instant.EPOCH, () -> woken.add("woken"));
        assertThat(woken).isEmpty();
    }
}
