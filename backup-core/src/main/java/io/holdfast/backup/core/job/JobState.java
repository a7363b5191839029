package io.holdfast.backup.core.job;

/** How far a job is. */
public enum JobState {
    /** In progress. */
    RUNNING,
    /** Ended, and did what it was asked to do. */
    SUCCEEDED,
    /** Ended with an error. */
    FAILED,
    /** Ended because it was cancelled or stalled, or because its process died. */
    INTERRUPTED;

    /** Returns whether the job has ended. */
    public boolean terminal() {
        return this != RUNNING;
    }
}
