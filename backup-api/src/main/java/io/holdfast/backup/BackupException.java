package io.holdfast.backup;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Root of everything that Holdfast throws on failure.
 *
 * <p>It is unchecked, so that it crosses a store's own streams untouched and no {@code catch (IOException)} on the way
 * swallows it. Decide by {@link #code()}; the subclasses exist where callers catch them by name. Messages never hold a
 * secret.
 */
public class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code of this failure. */
    private final ErrorCode code;

    /**
     * Creates a failure.
     *
     * @param code what kind of failure it is
     * @param message what was expected, what was found and what to do; without secrets
     */
    public BackupException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * Creates a failure with a cause.
     *
     * @param code what kind of failure it is
     * @param message what was expected, what was found and what to do; without secrets
     * @param cause what led to it, if anything
     */
    public BackupException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Returns what kind of failure this is. */
    public final ErrorCode code() {
        return code;
    }

    /** Returns what was expected, what was found and what to do; never null. */
    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Returns the name of the class, the code's wire value and the message. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message stays free of the code, which callers read by code()
    public String toString() {
        return getClass().getName() + ": [" + code.wireValue() + "] " + getMessage();
    }
}
