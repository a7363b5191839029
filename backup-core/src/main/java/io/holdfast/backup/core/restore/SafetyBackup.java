package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;

/** Makes the backup of a live store before it is replaced. */
@FunctionalInterface
public interface SafetyBackup {
    /**
     * Backs the live store up and returns when its call has returned.
     *
     * @param restoreJob the restore's job, which holds the lock of the repository: the backup runs under it
     * @param cancellation ends the backup
     * @return the published backup, of kind {@link io.holdfast.backup.core.manifest.BackupKind#SAFETY}
     * @throws io.holdfast.backup.BackupException if there is no backup; then nothing is restored
     */
    BackupId take(String restoreJob, Cancellation cancellation);
}
