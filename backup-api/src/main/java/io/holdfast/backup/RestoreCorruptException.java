package io.holdfast.backup;

import org.jspecify.annotations.Nullable;

/** The stream to restore from is damaged, cut or foreign ({@link ErrorCode#RESTORE_CORRUPT}). */
public final class RestoreCorruptException extends BackupException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was expected and what was found; without secrets
     */
    public RestoreCorruptException(String message) {
        this(message, null);
    }

    /**
     * Creates the failure with a cause.
     *
     * @param message what was expected and what was found; without secrets
     * @param cause what led to it, if anything
     */
    public RestoreCorruptException(String message, @Nullable Throwable cause) {
        super(ErrorCode.RESTORE_CORRUPT, message, cause);
    }
}
