package io.holdfast.backup.core.retention;

import io.holdfast.backup.core.repository.BackupEntry;
import java.util.List;

/**
 * What becomes of a backup.
 *
 * @param backup the backup
 * @param reasons why it stays, in the words of an operator; empty if it is to be deleted, because nothing keeps it
 */
public record Decision(BackupEntry backup, List<Reason> reasons) {
    /**
     * Why a backup stays.
     *
     * @param rule the rule that keeps it
     * @param detail the period it stands for, who pinned it, or the like; may be empty
     */
    public record Reason(Rule rule, String detail) {}

    /** Creates a decision, with a copy of the list. */
    public Decision {
        reasons = List.copyOf(reasons);
    }

    /** Returns whether the backup is to be deleted. */
    public boolean deletes() {
        return reasons.isEmpty();
    }
}
