package io.holdfast.backup.core.retention;

import io.holdfast.backup.core.manifest.BackupId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What retention would do.
 *
 * @param decisions one for each backup, oldest first
 * @param doubts what an operator has to confirm first
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
     * Returns the same plan with one more doubt, which its maker knows about and the backups do not show.
     *
     * @param doubt the doubt
     * @return the plan with it
     */
    public RetentionPlan withDoubt(Doubt doubt) {
        return new RetentionPlan(
                decisions, Stream.concat(doubts.stream(), Stream.of(doubt)).toList());
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
