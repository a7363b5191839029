package io.holdfast.backup.core.service;

import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestoreSelection;

/**
 * What is asked of a restore.
 *
 * @param selection which backup
 * @param safetyBackup whether the live store is backed up first; it must be readable while it is fenced
 * @param listener hears how far the restore is
 * @param cancellation ends the restore; without effect once the swap has begun
 */
public record RestoreRequest(
        RestoreSelection selection, boolean safetyBackup, RestoreListener listener, Cancellation cancellation) {
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
        return new RestoreRequest(selection, false, RestoreListener.NONE, new Cancellation());
    }

    /** Returns this request with a backup of the live store first. */
    public RestoreRequest withSafetyBackup() {
        return new RestoreRequest(selection, true, listener, cancellation);
    }

    /**
     * Returns this request with somebody who hears how far the restore is.
     *
     * @param newListener the listener
     * @return the request
     */
    public RestoreRequest withListener(RestoreListener newListener) {
        return new RestoreRequest(selection, safetyBackup, newListener, cancellation);
    }

    /**
     * Returns this request with a way to end the restore.
     *
     * @param newCancellation ends the restore
     * @return the request
     */
    public RestoreRequest withCancellation(Cancellation newCancellation) {
        return new RestoreRequest(selection, safetyBackup, listener, newCancellation);
    }
}
