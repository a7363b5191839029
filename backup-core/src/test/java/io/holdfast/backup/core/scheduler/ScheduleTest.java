package io.holdfast.backup.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId ROME = ZoneId.of("Europe/Rome");

    // The clocks of Rome: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00.
    private static final Instant BEFORE_GAP = Instant.parse("2026-03-28T12:00:00Z");
    private static final Instant BEFORE_OVERLAP = Instant.parse("2026-10-24T12:00:00Z");

    private static List<String> due(String expression, ZoneId zone, Instant after, int count) {
        return Schedule.parse(expression, zone).preview(after, count).stream()
                .map(Instant::toString)
                .toList();
    }

    private static List<String> due(String expression, String after, int count) {
        return due(expression, UTC, Instant.parse(after), count);
    }

    @Test
    void five_fields_have_their_usual_meaning() {
        assertThat(due("30 2 * * *", "2026-01-01T02:30:00Z", 2))
                .containsExactly("2026-01-02T02:30:00Z", "2026-01-03T02:30:00Z");
        assertThat(due("*/20 1-2 * * *", "2026-01-01T00:00:00Z", 7))
                .containsExactly(
                        "2026-01-01T01:00:00Z",
                        "2026-01-01T01:20:00Z",
                        "2026-01-01T01:40:00Z",
                        "2026-01-01T02:00:00Z",
                        "2026-01-01T02:20:00Z",
                        "2026-01-01T02:40:00Z",
                        "2026-01-02T01:00:00Z");
        assertThat(due("0 0 * jan-MAR sun", "2026-01-01T00:00:00Z", 2))
                .isEqualTo(due("0 0 * 1,2,3 7", "2026-01-01T00:00:00Z", 2))
                .containsExactly("2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z");
        assertThat(due("0 0 29 2 *", "2026-01-01T00:00:00Z", 1)).containsExactly("2028-02-29T00:00:00Z");
    }

    @Test
    void an_instant_within_a_minute_is_followed_by_the_next_minute() {
        assertThat(due("* * * * *", "2026-01-01T00:00:59.999Z", 1)).containsExactly("2026-01-01T00:01:00Z");
        assertThat(due("* * * * *", "2026-01-01T00:01:00Z", 1)).containsExactly("2026-01-01T00:02:00Z");
    }

    @Test
    void when_both_fields_of_days_are_restricted_either_is_enough() {
        assertThat(due("0 0 13 * fri", "2026-01-01T00:00:00Z", 3))
                .containsExactly("2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z");
    }

    @Test
    void a_question_mark_in_a_field_of_days_is_a_star() {
        assertThat(due("0 0 ? * mon", "2026-01-01T00:00:00Z", 3))
                .isEqualTo(due("0 0 * * mon", "2026-01-01T00:00:00Z", 3));
        assertThat(due("0 0 5 * ?", "2026-01-01T00:00:00Z", 3)).isEqualTo(due("0 0 5 * *", "2026-01-01T00:00:00Z", 3));
    }

    @ParameterizedTest
    @CsvSource({
        "@hourly, 0 * * * *",
        "@daily, 0 0 * * *",
        "@midnight, 0 0 * * *",
        "@weekly, 0 0 * * 0",
        "@monthly, 0 0 1 * *",
        "@yearly, 0 0 1 1 *",
        "@annually, 0 0 1 1 *"
    })
    void names_stand_for_fields(String name, String fields) {
        assertThat(due(name, ROME, BEFORE_GAP, 40)).isEqualTo(due(fields, ROME, BEFORE_GAP, 40));
    }

    @Test
    void every_means_the_multiples_of_a_duration_so_that_every_process_has_the_same() {
        assertThat(due("@every 90m", "2026-01-01T00:00:00Z", 2))
                .isEqualTo(due("@every 1h30m", "2026-01-01T00:07:13Z", 2))
                .containsExactly("2026-01-01T01:30:00Z", "2026-01-01T03:00:00Z");
        assertThat(due("@every 45s", "1970-01-01T00:00:00Z", 1)).containsExactly("1970-01-01T00:00:45Z");
    }

    @Test
    void an_expression_may_name_its_time_zone() {
        assertThat(due("CRON_TZ=America/New_York 0 2 * * *", ROME, BEFORE_GAP, 1))
                .containsExactly("2026-03-29T06:00:00Z");
        assertThat(due("CRON_TZ=America/New_York @daily", ROME, BEFORE_GAP, 1)).containsExactly("2026-03-29T04:00:00Z");
    }

    @Test
    void a_fixed_hour_in_a_gap_is_due_at_its_end_and_only_once() {
        assertThat(due("30 2 * * *", ROME, BEFORE_GAP, 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(due("*/10 2 * * *", ROME, BEFORE_GAP, 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
        // 03:00 itself is the end of the gap.
        assertThat(due("0 2,3 * * *", ROME, BEFORE_GAP, 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    }

    @Test
    void a_fixed_hour_that_comes_twice_is_due_the_first_time() {
        assertThat(due("30 2 * * *", ROME, BEFORE_OVERLAP, 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(due("*/30 2 * * *", ROME, BEFORE_OVERLAP, 3))
                .containsExactly("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z");
    }

    @Test
    void hours_with_a_star_follow_elapsed_time() {
        assertThat(due("30 * * * *", ROME, Instant.parse("2026-03-29T00:00:00Z"), 3))
                .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
        assertThat(due("30 * * * *", ROME, Instant.parse("2026-10-25T00:00:00Z"), 3))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
        assertThat(due("0 */3 * * *", ROME, Instant.parse("2026-03-28T23:00:00Z"), 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z");
    }

    @Test
    void a_whole_day_that_a_country_left_out_costs_no_run() {
        // Samoa went from the 29th of December 2011 to the 31st.
        assertThat(due("CRON_TZ=Pacific/Apia 0 12 * * *", "2011-12-29T12:00:00Z", 3))
                .containsExactly("2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z");
    }

    @Test
    void every_local_day_of_five_years_has_its_one_run() {
        for (String zone : List.of("Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca")) {
            ZoneId at = ZoneId.of(zone);
            Schedule schedule = Schedule.parse("15 2 * * *", at);
            Instant last = LocalDateTime.parse("2021-12-31T12:00").atZone(at).toInstant();
            for (int day = 0; day < 366 * 5; day++) {
                Instant next = schedule.next(last);
                assertThat(next.atZone(at).toLocalDate())
                        .isEqualTo(last.atZone(at).toLocalDate().plusDays(1));
                last = next;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|1",
                "'  '|3",
                "0 0 * *|8",
                "0 0 * * * *|11",
                "60 * * * *|1",
                "0 24 * * *|3",
                "0 0 0 * *|5",
                "0 0 32 * *|5",
                "0 0 * 13 *|7",
                "0 0 * * 8|9",
                "0 0 * * mon,tuesday|13",
                "0 1,2,x * * *|7",
                "1,,2 * * * *|3",
                ",1 * * * *|1",
                "5-1 * * * *|1",
                "1- * * * *|1",
                "*/0 * * * *|1",
                "5/10 * * * *|1",
                "+1 * * * *|1",
                "-1 * * * *|1",
                "? * * * *|1",
                "0 0 L * *|5",
                "0 0 * * 1#2|9",
                "0 0 31 2 *|1",
                "@dayly|1",
                "@daily 5|8",
                "@every|7",
                "@every 0m|8",
                "@every 5|8",
                "@every 1m30h|8",
                "CRON_TZ=Europe/Roma 0 0 * * *|9",
                "CRON_TZ=UTC @every 5m|1",
                "CRON_TZ=UTC|12"
            })
    void what_is_wrong_is_refused_with_its_position(String expression, int position) {
        assertThatThrownBy(() -> Schedule.parse(expression, UTC))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEDULE_INVALID))
                .hasMessageContaining("character " + position + ": expected ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 2 * * *", "*/5 * * * *", "@every 1s", "0 0 29 2 *", "@monthly"})
    void the_newest_instant_of_a_long_absence_is_found(String expression) {
        Schedule schedule = Schedule.parse(expression, ROME);
        Instant upTo = Instant.parse("2026-06-15T10:11:12Z");
        Instant newest =
                schedule.newest(Instant.parse("1990-01-01T00:00:00Z"), upTo).orElseThrow();
        assertThat(newest).isBeforeOrEqualTo(upTo);
        assertThat(schedule.next(newest)).isAfter(upTo);
        assertThat(schedule.newest(newest, upTo)).isEmpty();
        assertThat(schedule.newest(newest.minus(Duration.ofMillis(1)), newest)).contains(newest);
    }
}
