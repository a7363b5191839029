package io.holdfast.backup.core.service;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.restore.SafetyBackup;
import java.util.TreeMap;

/** Makes safety backups with the executor of a repository, under the lock of the restore. */
public final class SafetyBackups implements SafetyBackup {
    private final BackupExecutor executor;
    private final Backupable liveStore;

    /**
     * Creates the maker of safety backups.
     *
     * @param executor the executor of the same repository; the caller closes it
     * @param liveStore the live store, which must be readable while it is fenced
     */
    public SafetyBackups(BackupExecutor executor, Backupable liveStore) {
        this.executor = executor;
        this.liveStore = liveStore;
    }

    @Override
    public BackupId take(String restoreJob, Cancellation cancellation) {
        BackupRun run = executor.startWithin(
                restoreJob, liveStore, new BackupRequest(BackupKind.SAFETY, new TreeMap<>(), null));
        cancellation.onCancel(() -> run.cancel("its restore was cancelled"));
        try {
            return run.await().backupId();
        } finally {
            // The store must not be replaced under a call that has not returned.
            run.awaitRelease();
        }
    }
}
