package io.holdfast.backup.core.retention;

import io.holdfast.backup.core.manifest.BackupId;
import java.util.List;
import java.util.Set;

/**
 * What retention would do.
 *
 * @param decisions one for each backup, oldest first
 * @param doubts what an operator has to confirm first; empty if nothing would be deleted
 */
public record RetentionPlan(List<Decision> decisions, List<Doubt> doubts) {
    /** Creates a plan, with copies of the lists. */
    public RetentionPlan {
        decisions = List.copyOf(decisions);
        doubts = List.copyOf(doubts);
    }

    /** Returns the backups that are to be deleted, oldest first. */
    public List<BackupId> deletions() {
        return decisions.stream()
                .filter(Decision::deletes)
                .map(decision -> decision.backup().id())
                .toList();
    }

    /**
     * Returns the doubts that nobody has confirmed.
     *
     * @param confirmed the tokens of confirmed doubts
     * @return the others
     */
    public List<Doubt> unconfirmed(Set<String> confirmed) {
        return doubts.stream()
                .filter(doubt -> !confirmed.contains(doubt.token()))
                .toList();
    }
}
