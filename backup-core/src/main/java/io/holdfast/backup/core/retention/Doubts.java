package io.holdfast.backup.core.retention;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.BackupEntry.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds what is strange about a plan that deletes. */
final class Doubts {
    private static final int BEFORE = 5;
    private static final Duration FUTURE = Duration.ofMinutes(10);

    private Doubts() {}

    static List<Doubt> about(List<Decision> decisions, Instant now) {
        List<Doubt> doubts = new ArrayList<>();
        List<Manifest> sound = decisions.stream()
                .map(Decision::backup)
                .filter(backup -> backup.state() == State.AVAILABLE)
                .flatMap(backup -> backup.manifest().stream())
                .toList();
        List<Manifest> ordinary = sound.stream()
                .filter(manifest -> manifest.kind() != BackupKind.SAFETY)
                .toList();
        for (int i = BEFORE; i < ordinary.size(); i++) {
            Manifest manifest = ordinary.get(i);
            long median = ordinary.subList(i - BEFORE, i).stream()
                    .mapToLong(Manifest::plainSize)
                    .sorted()
                    .skip(BEFORE / 2)
                    .findFirst()
                    .orElseThrow();
            if (manifest.plainSize() < median / 2.0) {
                doubts.add(doubt(
                        Doubt.Kind.SIZE_DROP,
                        manifest.backupId(),
                        "Backup " + manifest.backupId() + " has " + manifest.plainSize()
                                + " plain bytes, less than half of the " + median
                                + " that is the median of the five before it; look whether its store lost data"));
            }
        }
        for (Manifest manifest : sound) {
            if (manifest.createdAt().isAfter(now.plus(FUTURE))) {
                doubts.add(doubt(
                        Doubt.Kind.FUTURE,
                        manifest.backupId(),
                        "Backup " + manifest.backupId() + " was made at " + manifest.createdAt() + ", but it is only "
                                + now + "; look at the clocks"));
            }
        }
        List<BackupId> deletions = new RetentionPlan(decisions, List.of()).deletions();
        if (deletions.size() * 2 > decisions.size()) {
            doubts.add(doubt(
                    Doubt.Kind.MORE_THAN_HALF,
                    deletions.get(deletions.size() - 1),
                    "The plan deletes " + deletions.size() + " of " + decisions.size()
                            + " backups; look whether the policy is what it should be"));
        }
        return doubts;
    }

    private static Doubt doubt(Doubt.Kind kind, BackupId id, String message) {
        return new Doubt(kind, kind.name().toLowerCase(Locale.ROOT) + ":" + id, message);
    }
}
