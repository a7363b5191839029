package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import java.util.List;

/**
 * What a sweep did.
 *
 * @param voided attempts that gave no sign of life and will never be published
 * @param deleted backups whose begun deletion was carried to its end
 * @param removedObjects how many objects were removed in all
 * @param removedUploads how many unfinished uploads were removed
 * @param storedBytes how many bytes all objects of backups had when the sweep began
 * @param failures what could not be done, in words; the next sweep tries again
 */
public record SweepReport(
        List<BackupId> voided,
        List<BackupId> deleted,
        int removedObjects,
        int removedUploads,
        long storedBytes,
        List<String> failures) {
    /** Creates a report, with copies of the lists. */
    public SweepReport {
        voided = List.copyOf(voided);
        deleted = List.copyOf(deleted);
        failures = List.copyOf(failures);
    }
}
