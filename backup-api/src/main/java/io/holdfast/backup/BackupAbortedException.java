package io.holdfast.backup;

import org.jspecify.annotations.Nullable;

/** The run was cancelled, stalled or interrupted, and nothing was published ({@link ErrorCode#BACKUP_ABORTED}). */
public final class BackupAbortedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was expected and what was found; without secrets
     */
    public BackupAbortedException(String message) {
        this(message, null);
    }

    /**
     * Creates the failure with a cause.
     *
     * @param message what was expected and what was found; without secrets
     * @param cause what led to it, if anything
     */
    public BackupAbortedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.BACKUP_ABORTED, message, cause);
    }
}
