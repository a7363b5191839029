package io.holdfast.backup.core.retention;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.manifest.BackupId;
import java.util.List;
import java.util.Map;

/**
 * What a pass of retention did.
 *
 * @param plan what it was to do
 * @param deleted the backups that it deleted
 * @param failures the backups that it could not delete, and why; the next pass tries again
 * @param waitingFor what an operator has to confirm before anything is deleted; then the other two are empty
 */
public record RetentionReport(
        RetentionPlan plan, List<BackupId> deleted, Map<BackupId, BackupException> failures, List<Doubt> waitingFor) {
    /** Creates a report, with copies of the collections. */
    public RetentionReport {
        deleted = List.copyOf(deleted);
        failures = Map.copyOf(failures);
        waitingFor = List.copyOf(waitingFor);
    }
}
