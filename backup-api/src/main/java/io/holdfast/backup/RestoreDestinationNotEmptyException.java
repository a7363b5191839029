package io.holdfast.backup;

import org.jspecify.annotations.Nullable;

/** The store to restore into holds data, which was not touched ({@link ErrorCode#RESTORE_DESTINATION_NOT_EMPTY}). */
public final class RestoreDestinationNotEmptyException extends BackupException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was expected and what was found; without secrets
     */
    public RestoreDestinationNotEmptyException(String message) {
        this(message, null);
    }

    /**
     * Creates the failure with a cause.
     *
     * @param message what was expected and what was found; without secrets
     * @param cause what led to it, if anything
     */
    public RestoreDestinationNotEmptyException(String message, @Nullable Throwable cause) {
        super(ErrorCode.RESTORE_DESTINATION_NOT_EMPTY, message, cause);
    }
}
