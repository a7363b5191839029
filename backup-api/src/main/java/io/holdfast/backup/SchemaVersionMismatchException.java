package io.holdfast.backup;

import org.jspecify.annotations.Nullable;

/** The snapshot has a schema version that this store cannot load ({@link ErrorCode#SCHEMA_VERSION_MISMATCH}). */
public final class SchemaVersionMismatchException extends BackupException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was expected and what was found; without secrets
     */
    public SchemaVersionMismatchException(String message) {
        this(message, null);
    }

    /**
     * Creates the failure with a cause.
     *
     * @param message what was expected and what was found; without secrets
     * @param cause what led to it, if anything
     */
    public SchemaVersionMismatchException(String message, @Nullable Throwable cause) {
        super(ErrorCode.SCHEMA_VERSION_MISMATCH, message, cause);
    }
}
