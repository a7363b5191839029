package io.holdfast.backup.destination;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A destination failed, or refused. {@link #code()} says in which way. */
public final class DestinationException extends BackupException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String key;

    /**
     * Creates a failure that concerns the destination as a whole.
     *
     * @param code one of the codes that begin with {@code destination_}, or {@link ErrorCode#INTERNAL}
     * @param message which destination, what was tried, what was found; without secrets
     * @param cause the provider's own error, if there is one
     */
    public DestinationException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
        this.key = null;
    }

    /**
     * Creates a failure that concerns one object.
     *
     * @param code one of the codes that begin with {@code destination_}, or {@link ErrorCode#INTERNAL}
     * @param key the object's key
     * @param message which destination, what was tried, what was found; without secrets
     * @param cause the provider's own error, if there is one
     */
    public DestinationException(ErrorCode code, String key, String message, @Nullable Throwable cause) {
        super(code, message, cause);
        this.key = key;
    }

    /** Returns the key of the object that this failure concerns, if it is one object. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }
}
