package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;

/** Makes the backup of a live store before it is replaced. */
@FunctionalInterface
public interface SafetyBackup {
    /**
     * Backs the live store up and returns when its call has returned.
     *
     * @param lockHolder the restore's job, which holds the lock of the repository
     * @param liveStore the live store
     * @param cancellation ends the backup
     * @return the published backup, of kind {@code safety}
     * @throws BackupException if there is no backup
     */
    BackupId make(String lockHolder, Backupable liveStore, Cancellation cancellation);
}
