package io.holdfast.backup.core.restore;

/** What an orchestrated restore is doing. */
public enum RestorePhase {
    /** Choosing the backup and looking for what stands against it. */
    CHECKING,
    /** Backing up the live store. */
    BACKING_UP,
    /** Loading the backup into a staged store, verifying every byte on the way. */
    LOADING,
    /** Putting the staged store in the place of the live one. */
    SWAPPING,
    /** Removing the old store. */
    CLEANING_UP
}
