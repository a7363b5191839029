package io.holdfast.backup.core.retention;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.retention.Decision.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides which backups stay. Reads and writes nothing: the same backups, policy and time give the same plan. */
public final class RetentionPlanner {
    private final RetentionPolicy policy;
    private final Instant now;
    private final Map<BackupId, List<Reason>> reasons = new HashMap<>();

    private RetentionPlanner(RetentionPolicy policy, Instant now) {
        this.policy = policy;
        this.now = now;
    }

    /**
     * Makes a plan.
     *
     * @param backups all published backups, oldest first, as a repository lists them
     * @param inUse those that are being restored or verified
     * @param policy which ones stay
     * @param now the present time
     * @return the plan
     */
    public static RetentionPlan plan(
            List<BackupEntry> backups, Set<BackupId> inUse, RetentionPolicy policy, Instant now) {
        return new RetentionPlanner(policy, now).plan(backups, inUse);
    }

    private RetentionPlan plan(List<BackupEntry> backups, Set<BackupId> inUse) {
        List<BackupEntry> newestFirst = new ArrayList<>(backups);
        Collections.reverse(newestFirst);
        protect(newestFirst, inUse);
        if (policy.keepsAll()) {
            backups.forEach(backup -> keep(backup, Rule.NO_RULE, ""));
        }
        List<BackupEntry> counted = newestFirst.stream()
                .filter(backup ->
                        sound(backup) && !isSafety(backup) && backup.pinnedBy().isEmpty())
                .toList();
        policy.counts().forEach((rule, count) -> keepNewest(counted, rule, count));
        keepYoung(newestFirst);
        List<Decision> decisions = backups.stream()
                .map(backup -> new Decision(backup, reasons.getOrDefault(backup.id(), List.of())))
                .toList();
        boolean deletes = decisions.stream().anyMatch(Decision::deletes);
        return new RetentionPlan(decisions, deletes ? Doubts.about(decisions, now) : List.of());
    }

    /** What no policy can delete. */
    private void protect(List<BackupEntry> newestFirst, Set<BackupId> inUse) {
        for (BackupEntry backup : newestFirst) {
            if (!backup.pinnedBy().isEmpty()) {
                keep(backup, Rule.PINNED, String.join(" ", backup.pinnedBy()));
            }
            if (inUse.contains(backup.id())) {
                keep(backup, Rule.IN_USE, "");
            }
            if (backup.state() == State.DELETING) {
                keep(backup, Rule.DELETING, "");
            } else if (!sound(backup)) {
                keep(
                        backup,
                        Rule.DAMAGED,
                        backup.damage().map(d -> d.code().wireValue()).orElse(""));
            }
        }
        List<BackupEntry> sound =
                newestFirst.stream().filter(RetentionPlanner::sound).toList();
        protectFirst(sound, Rule.NEWEST);
        protectFirst(sound.stream().filter(RetentionPlanner::verified).toList(), Rule.NEWEST_VERIFIED);
    }

    private void protectFirst(List<BackupEntry> newestFirst, Rule rule) {
        newestFirst.stream()
                .filter(backup -> !isSafety(backup))
                .findFirst()
                .or(() -> newestFirst.stream().findFirst())
                .ifPresent(backup -> keep(backup, rule, ""));
    }

    private void keepNewest(List<BackupEntry> counted, Rule rule, int count) {
        Set<String> periods = new HashSet<>();
        for (BackupEntry backup : counted) {
            String period = rule.periodOf(localTime(backup)).orElse(backup.id().value());
            if (periods.contains(period)) {
                continue;
            }
            if (periods.size() == count) {
                return;
            }
            periods.add(period);
            keep(backup, rule, rule == Rule.LAST ? periods.size() + " of " + count : period);
        }
    }

    private void keepYoung(List<BackupEntry> backups) {
        for (BackupEntry backup : backups) {
            if (!sound(backup) || policy.keepsAll()) {
                continue;
            }
            Duration age = Duration.between(createdAt(backup), now);
            if (!policy.within().isZero() && age.compareTo(policy.within()) <= 0) {
                keep(backup, Rule.WITHIN, policy.within().toString());
            }
            if (isSafety(backup) && age.compareTo(policy.safetyWithin()) <= 0) {
                keep(backup, Rule.SAFETY, policy.safetyWithin().toString());
            }
        }
    }

    private void keep(BackupEntry backup, Rule rule, String detail) {
        reasons.computeIfAbsent(backup.id(), id -> new ArrayList<>()).add(new Reason(rule, detail));
    }

    private LocalDateTime localTime(BackupEntry backup) {
        return LocalDateTime.ofInstant(createdAt(backup), policy.zone());
    }

    private static Instant createdAt(BackupEntry backup) {
        return backup.manifest().map(Manifest::createdAt).orElseThrow();
    }

    private static boolean sound(BackupEntry backup) {
        return backup.state() == State.AVAILABLE && backup.manifest().isPresent();
    }

    private static boolean isSafety(BackupEntry backup) {
        return backup.manifest().filter(m -> m.kind() == BackupKind.SAFETY).isPresent();
    }

    private static boolean verified(BackupEntry backup) {
        return backup.verification()
                .filter(v -> v.sound() && v.level().compareTo(VerifyLevel.DIGEST) >= 0)
                .isPresent();
    }
}
