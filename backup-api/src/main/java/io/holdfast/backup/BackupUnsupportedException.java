package io.holdfast.backup;

import org.jspecify.annotations.Nullable;

/** The object is no {@link Backupable} ({@link ErrorCode#BACKUP_UNSUPPORTED}). */
public final class BackupUnsupportedException extends BackupException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was expected and what was found; without secrets
     */
    public BackupUnsupportedException(String message) {
        this(message, null);
    }

    /**
     * Creates the failure with a cause.
     *
     * @param message what was expected and what was found; without secrets
     * @param cause what led to it, if anything
     */
    public BackupUnsupportedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.BACKUP_UNSUPPORTED, message, cause);
    }
}
