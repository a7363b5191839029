package io.holdfast.backup.core.job;

/** What a job does. */
public enum JobKind {
    /** Makes a backup. */
    BACKUP,
    /** Replaces a live store by a backup. */
    RESTORE,
    /** Restores a backup into a staged store, to prove that it can be done, and discards that. */
    DRILL
}
