package io.holdfast.backup.core.restore;

import io.holdfast.backup.Backupable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of an orchestrated restore.
 *
 * @param selection which backup
 * @param liveStoreOrNull the live store, if a safety backup of it is wanted first; see {@link #safetyBackupOf}
 */
public record RestoreRequest(
        RestoreSelection selection, @Nullable Backupable liveStoreOrNull) {
    /** Returns the request for the newest backup, without a safety backup. */
    public static RestoreRequest newest() {
        return of(new RestoreSelection.Newest());
    }

    /**
     * Returns a request without a safety backup.
     *
     * @param selection which backup
     * @return the request
     */
    public static RestoreRequest of(RestoreSelection selection) {
        return new RestoreRequest(selection, null);
    }

    /**
     * Returns this request with a safety backup first.
     *
     * @param liveStore the live store, which must be readable while it is fenced
     * @return the request
     */
    public RestoreRequest withSafetyBackupOf(Backupable liveStore) {
        return new RestoreRequest(selection, liveStore);
    }

    /** Returns the live store, if a safety backup of it is wanted first. */
    public Optional<Backupable> safetyBackupOf() {
        return Optional.ofNullable(liveStoreOrNull);
    }
}
