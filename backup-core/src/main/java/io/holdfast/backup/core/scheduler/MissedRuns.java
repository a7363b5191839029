package io.holdfast.backup.core.scheduler;

/** What becomes of instants of a schedule at which nobody was there to run. */
public enum MissedRuns {
    /** They are passed over. */
    SKIP,
    /** The latest of them is made up for at once; those before it are passed over. */
    ONCE
}
