package io.holdfast.backup;

/** What a caller may do after a failure. */
public enum Recovery {
    /** Trying again without changing something first will fail again. */
    FAIL,
    /** Nothing happened, and a later attempt may succeed. */
    RETRY,
    /** Nobody knows whether it happened: look at the destination first, then decide. */
    VERIFY_THEN_RETRY
}
