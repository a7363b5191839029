package io.holdfast.backup.core.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What holds for every list of backups and every policy. A failure names its seed. */
class RetentionPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final int ROUNDS = 400;

    private final Random random = new Random();
    private List<BackupEntry> backups = List.of();
    private Set<BackupId> inUse = Set.of();

    private interface Property {
        void check(RetentionPolicy policy, RetentionPlan plan);
    }

    private void always(Property property) {
        long first = System.nanoTime();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            random.setSeed(seed);
            backups = backups();
            inUse = backups.stream()
                    .filter(backup -> random.nextInt(20) == 0)
                    .map(BackupEntry::id)
                    .collect(Collectors.toSet());
            RetentionPolicy policy = policy().build();
            try {
                property.check(policy, plan(policy));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private RetentionPlan plan(RetentionPolicy policy) {
        return RetentionPlanner.plan(backups, inUse, policy, NOW);
    }

    private List<BackupEntry> backups() {
        List<BackupEntry> made = new ArrayList<>();
        Instant time = NOW.minus(Duration.ofDays(random.nextInt(1500))).minusSeconds(random.nextInt(86400));
        int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            time = time.plusSeconds(1 + random.nextInt(random.nextBoolean() ? 7200 : 3_000_000));
            BackupEntry backup = Backups.of(
                    time, random.nextInt(8) == 0 ? BackupKind.SAFETY : BackupKind.SCHEDULED, 1 + random.nextInt(1000));
            if (random.nextInt(6) == 0) {
                backup = Backups.verified(backup, VerifyLevel.values()[random.nextInt(3)]);
            }
            if (random.nextInt(10) == 0) {
                backup = Backups.pinned(backup);
            }
            int state = random.nextInt(20);
            made.add(state == 0 ? Backups.damaged(backup) : state == 1 ? Backups.deleting(backup) : backup);
        }
        return made;
    }

    private RetentionPolicy.Builder policy() {
        RetentionPolicy.Builder policy = RetentionPolicy.builder()
                .zone(ZoneId.of(random.nextBoolean() ? "Europe/Rome" : "America/New_York"))
                .keepSafetyWithin(Duration.ofDays(random.nextInt(40)));
        for (Rule rule : Rule.values()) {
            if (rule.counts() && random.nextInt(3) == 0) {
                policy.keep(rule, random.nextInt(8));
            }
        }
        return random.nextInt(4) == 0 ? policy.keepWithin(Duration.ofDays(random.nextInt(100))) : policy;
    }

    private static Set<BackupId> kept(RetentionPlan plan) {
        return plan.decisions().stream()
                .filter(decision -> !decision.deletes())
                .map(decision -> decision.backup().id())
                .collect(Collectors.toSet());
    }

    @Test
    void pinned_used_damaged_and_dying_backups_are_never_deleted() {
        always((policy, plan) -> {
            Set<BackupId> kept = kept(plan);
            for (BackupEntry backup : backups) {
                if (!backup.pinnedBy().isEmpty() || inUse.contains(backup.id()) || backup.state() != State.AVAILABLE) {
                    assertThat(kept).contains(backup.id());
                }
            }
        });
    }

    @Test
    void the_newest_and_the_newest_verified_are_never_deleted() {
        always((policy, plan) -> {
            List<BackupEntry> ordinary = backups.stream()
                    .filter(backup -> backup.state() == State.AVAILABLE
                            && backup.manifestOrNull().kind() != BackupKind.SAFETY)
                    .toList();
            List<BackupEntry> verified = ordinary.stream()
                    .filter(backup -> backup.verification()
                            .filter(v -> v.level() != VerifyLevel.PRESENT)
                            .isPresent())
                    .toList();
            for (List<BackupEntry> list : List.of(ordinary, verified)) {
                if (!list.isEmpty()) {
                    assertThat(kept(plan)).contains(list.get(list.size() - 1).id());
                }
            }
        });
    }

    @Test
    void one_restorable_backup_always_stays() {
        always((policy, plan) -> {
            boolean any = backups.stream().anyMatch(backup -> backup.state() == State.AVAILABLE);
            boolean stays = plan.decisions().stream()
                    .anyMatch(
                            decision -> !decision.deletes() && decision.backup().state() == State.AVAILABLE);
            assertThat(stays).isEqualTo(any);
        });
    }

    @Test
    void a_policy_without_rules_deletes_nothing() {
        always((policy, plan) -> {
            assertThat(plan(RetentionPolicy.keepAll()).deletions()).isEmpty();
            if (policy.keepsAll()) {
                assertThat(plan.deletions()).isEmpty();
            }
        });
    }

    @Test
    void one_more_rule_never_deletes_more() {
        always((policy, plan) -> {
            if (policy.keepsAll()) {
                return;
            }
            RetentionPolicy.Builder more = RetentionPolicy.builder()
                    .zone(policy.zone())
                    .keepWithin(policy.within())
                    .keepSafetyWithin(policy.safetyWithin());
            policy.counts().forEach(more::keep);
            Rule added = Rule.values()[random.nextInt(6)];
            more.keep(added, policy.counts().getOrDefault(added, 0) + 1 + random.nextInt(3));
            assertThat(kept(plan(more.build()))).containsAll(kept(plan));
        });
    }

    @Test
    void the_plan_is_the_same_when_nothing_changed_and_empty_once_it_is_carried_out() {
        always((policy, plan) -> {
            assertThat(plan(policy)).isEqualTo(plan);
            Set<BackupId> deleted = new HashSet<>(plan.deletions());
            backups = backups.stream()
                    .filter(backup -> !deleted.contains(backup.id()))
                    .toList();
            assertThat(plan(policy).deletions()).isEmpty();
        });
    }

    @Test
    void every_backup_has_its_decision_in_order_and_every_stay_its_reason() {
        always((policy, plan) ->
                assertThat(plan.decisions()).extracting(Decision::backup).containsExactlyElementsOf(backups));
    }
}
