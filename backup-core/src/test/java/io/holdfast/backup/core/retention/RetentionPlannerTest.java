package io.holdfast.backup.core.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetentionPlannerTest {
    private static final Instant NOON = Instant.parse("2026-06-17T12:00:00Z");

    private static RetentionPolicy keep(Rule rule, int count) {
        return RetentionPolicy.builder().keep(rule, count).build();
    }

    private static RetentionPlan plan(List<BackupEntry> backups, RetentionPolicy policy) {
        return RetentionPlanner.plan(backups, Set.of(), policy, NOON);
    }

    /** The indexes of the backups that stay. */
    private static List<Integer> kept(List<BackupEntry> backups, RetentionPolicy policy) {
        RetentionPlan plan = plan(backups, policy);
        return IntStream.range(0, backups.size())
                .filter(i -> !plan.decisions().get(i).deletes())
                .boxed()
                .toList();
    }

    private static List<Rule> rules(RetentionPlan plan, int index) {
        return plan.decisions().get(index).reasons().stream()
                .map(Decision.Reason::rule)
                .toList();
    }

    /** So many backups, the last one an hour ago. */
    private static List<BackupEntry> every(Duration interval, int count) {
        List<BackupEntry> backups = new ArrayList<>();
        for (int i = count - 1; i >= 0; i--) {
            backups.add(Backups.at(NOON.minus(Duration.ofHours(1)).minus(interval.multipliedBy(i))));
        }
        return backups;
    }

    @Test
    void without_a_rule_everything_stays() {
        List<BackupEntry> backups = every(Duration.ofDays(400), 5);
        assertThat(kept(backups, RetentionPolicy.keepAll())).hasSize(5);
        assertThat(kept(backups, keep(Rule.DAILY, 0))).hasSize(5);
        assertThat(rules(plan(backups, RetentionPolicy.keepAll()), 0)).containsExactly(Rule.NO_RULE);
    }

    @Test
    void the_last_ones_are_the_newest_ones() {
        assertThat(kept(every(Duration.ofHours(1), 5), keep(Rule.LAST, 2))).containsExactly(3, 4);
    }

    @Test
    void a_period_keeps_its_newest_backup_and_empty_periods_do_not_count() {
        // 2026-06-15 11:00 and 23:00, 06-16 11:00 and 23:00, 06-17 11:00, and one 40 days before.
        List<BackupEntry> backups = new ArrayList<>(every(Duration.ofHours(12), 5));
        backups.add(0, Backups.at(NOON.minus(Duration.ofDays(40))));
        assertThat(kept(backups, keep(Rule.DAILY, 4))).containsExactly(0, 2, 4, 5);
        assertThat(kept(backups, keep(Rule.DAILY, 2))).containsExactly(4, 5);
        assertThat(plan(backups, keep(Rule.DAILY, 4)).decisions().get(2).reasons())
                .containsExactly(new Decision.Reason(Rule.DAILY, "2026-06-15"));
    }

    @Test
    void hours_weeks_months_and_years_are_those_of_the_calendar() {
        assertThat(kept(every(Duration.ofMinutes(20), 7), keep(Rule.HOURLY, 2))).containsExactly(5, 6);
        // Wednesdays and Sundays: the week ends on Sunday.
        List<BackupEntry> weeks = List.of(
                Backups.at(Instant.parse("2025-12-28T12:00:00Z")),
                Backups.at(Instant.parse("2025-12-31T12:00:00Z")),
                Backups.at(Instant.parse("2026-01-04T12:00:00Z")),
                Backups.at(Instant.parse("2026-01-05T12:00:00Z")));
        assertThat(kept(weeks, keep(Rule.WEEKLY, 3))).containsExactly(0, 2, 3);
        assertThat(kept(weeks, keep(Rule.MONTHLY, 9))).containsExactly(1, 3);
        assertThat(kept(weeks, keep(Rule.YEARLY, 9))).containsExactly(1, 3);
    }

    @Test
    void days_begin_where_the_policy_says() {
        List<BackupEntry> backups = List.of(
                Backups.at(Instant.parse("2026-06-15T21:59:00Z")), Backups.at(Instant.parse("2026-06-15T22:01:00Z")));
        RetentionPolicy rome = RetentionPolicy.builder()
                .keep(Rule.DAILY, 5)
                .zone(ZoneId.of("Europe/Rome"))
                .build();
        assertThat(kept(backups, rome)).containsExactly(0, 1);
        assertThat(kept(backups, keep(Rule.DAILY, 5))).containsExactly(1);
    }

    @Test
    void one_rule_is_enough_to_keep_a_backup() {
        List<BackupEntry> backups = every(Duration.ofDays(10), 6);
        RetentionPolicy policy = RetentionPolicy.builder()
                .keep(Rule.LAST, 1)
                .keepWithin(Duration.ofDays(25))
                .keep(Rule.MONTHLY, 3)
                .build();
        assertThat(kept(backups, policy)).containsExactly(0, 3, 4, 5);
        assertThat(rules(plan(backups, policy), 5)).containsExactly(Rule.NEWEST, Rule.LAST, Rule.MONTHLY, Rule.WITHIN);
    }

    @Test
    void pinned_ones_stay_and_do_not_count() {
        List<BackupEntry> backups = new ArrayList<>(every(Duration.ofHours(1), 4));
        backups.set(3, Backups.pinned(backups.get(3)));
        backups.set(0, Backups.pinned(backups.get(0)));
        assertThat(kept(backups, keep(Rule.LAST, 1))).containsExactly(0, 2, 3);
    }

    @Test
    void safety_backups_take_no_slot_and_stay_for_a_while() {
        List<BackupEntry> backups = List.of(
                Backups.of(NOON.minus(Duration.ofDays(31)), BackupKind.SAFETY, 1),
                Backups.at(NOON.minus(Duration.ofDays(2))),
                Backups.at(NOON.minus(Duration.ofDays(1))),
                Backups.of(NOON.minus(Duration.ofHours(1)), BackupKind.SAFETY, 1));
        RetentionPlan plan = plan(backups, keep(Rule.LAST, 1));
        assertThat(plan.deletions())
                .containsExactly(backups.get(0).id(), backups.get(1).id());
        assertThat(rules(plan, 3)).containsExactly(Rule.SAFETY);
        assertThat(rules(plan, 2)).contains(Rule.NEWEST);
    }

    @Test
    void the_newest_one_stays_whatever_the_rules_say() {
        List<BackupEntry> backups = every(Duration.ofDays(1), 3);
        RetentionPolicy nothing =
                RetentionPolicy.builder().keepWithin(Duration.ofSeconds(1)).build();
        assertThat(kept(backups, nothing)).containsExactly(2);
    }

    @Test
    void what_is_damaged_or_being_deleted_is_left_alone_and_is_not_the_newest() {
        List<BackupEntry> backups = new ArrayList<>(every(Duration.ofDays(1), 4));
        backups.set(2, Backups.damaged(backups.get(2)));
        backups.set(3, Backups.deleting(backups.get(3)));
        RetentionPlan plan = plan(backups, keep(Rule.LAST, 1));
        assertThat(plan.deletions()).containsExactly(backups.get(0).id());
        assertThat(rules(plan, 1)).contains(Rule.NEWEST);
        assertThat(rules(plan, 2)).containsExactly(Rule.DAMAGED);
        assertThat(rules(plan, 3)).containsExactly(Rule.DELETING);
    }

    @Test
    void the_newest_verified_one_stays() {
        List<BackupEntry> backups = new ArrayList<>(every(Duration.ofDays(1), 5));
        backups.set(0, Backups.verified(backups.get(0), VerifyLevel.DECODED));
        backups.set(1, Backups.verified(backups.get(1), VerifyLevel.DIGEST));
        backups.set(3, Backups.verified(backups.get(3), VerifyLevel.PRESENT));
        assertThat(kept(backups, keep(Rule.LAST, 1))).containsExactly(1, 4);
    }

    @Test
    void what_is_in_use_stays() {
        List<BackupEntry> backups = every(Duration.ofDays(1), 3);
        RetentionPlan plan =
                RetentionPlanner.plan(backups, Set.of(backups.get(0).id()), keep(Rule.LAST, 1), NOON);
        assertThat(plan.deletions()).containsExactly(backups.get(1).id());
        assertThat(rules(plan, 0)).containsExactly(Rule.IN_USE);
    }

    private static List<Doubt.Kind> doubts(List<BackupEntry> backups, RetentionPolicy policy) {
        return plan(backups, policy).doubts().stream().map(Doubt::kind).toList();
    }

    private static List<BackupEntry> sizes(long... sizes) {
        List<BackupEntry> backups = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            backups.add(Backups.of(NOON.minus(Duration.ofHours(sizes.length - i)), BackupKind.SCHEDULED, sizes[i]));
        }
        return backups;
    }

    @Test
    void a_backup_under_half_the_median_of_the_five_before_it_raises_a_doubt() {
        RetentionPolicy policy = keep(Rule.LAST, 5);
        assertThat(doubts(sizes(100, 1, 100, 300, 100, 49), policy)).containsExactly(Doubt.Kind.SIZE_DROP);
        assertThat(doubts(sizes(100, 1, 100, 300, 100, 50), policy)).isEmpty();
        assertThat(doubts(sizes(100, 100, 100, 100, 49), keep(Rule.LAST, 4))).isEmpty();
        assertThat(doubts(sizes(100, 1, 100, 300, 100, 49), RetentionPolicy.keepAll()))
                .as("nothing is deleted")
                .isEmpty();
    }

    @Test
    void a_backup_from_the_future_raises_a_doubt() {
        List<BackupEntry> backups = new ArrayList<>(every(Duration.ofDays(1), 4));
        backups.add(Backups.at(NOON.plus(Duration.ofMinutes(10))));
        assertThat(doubts(backups, keep(Rule.LAST, 4))).isEmpty();
        backups.set(4, Backups.at(NOON.plus(Duration.ofMinutes(10)).plusMillis(1)));
        assertThat(doubts(backups, keep(Rule.LAST, 4))).containsExactly(Doubt.Kind.FUTURE);
    }

    @Test
    void deleting_more_than_half_raises_a_doubt_which_goes_when_confirmed() {
        List<BackupEntry> backups = every(Duration.ofDays(1), 6);
        assertThat(doubts(backups, keep(Rule.LAST, 3))).isEmpty();
        RetentionPlan plan = plan(backups, keep(Rule.LAST, 2));
        assertThat(plan.unconfirmed(Set.of())).extracting(Doubt::kind).containsExactly(Doubt.Kind.MORE_THAN_HALF);
        assertThat(plan.unconfirmed(Set.of(plan.doubts().get(0).token()))).isEmpty();
        assertThat(plan(backups, keep(Rule.LAST, 1))
                        .unconfirmed(Set.of(plan.doubts().get(0).token())))
                .as("another plan is another doubt")
                .hasSize(1);
    }
}
