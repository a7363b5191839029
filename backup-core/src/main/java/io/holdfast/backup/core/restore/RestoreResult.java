package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A restore that has happened: the store is the backup's.
 *
 * @param jobId the job that did it
 * @param restored the backup that is live now
 * @param safetyBackupOrNull the backup of the store as it was before, if one was asked for; see {@link #safetyBackup}
 * @param warnings what failed after the swap, in words for an operator; the restore stands
 */
public record RestoreResult(
        String jobId, Manifest restored, @Nullable BackupId safetyBackupOrNull, List<String> warnings) {
    /** Creates a result, with a copy of the list. */
    public RestoreResult {
        warnings = List.copyOf(warnings);
    }

    /** Returns the backup of the store as it was before, if one was asked for. */
    public Optional<BackupId> safetyBackup() {
        return Optional.ofNullable(safetyBackupOrNull);
    }
}
