package io.holdfast.backup.core.retention;

/**
 * Something strange about a plan, which waits until an operator has confirmed that it is as it should be.
 *
 * @param kind what is strange
 * @param token names this doubt, and this one only: what is confirmed
 * @param message the same in words
 */
public record Doubt(Kind kind, String token, String message) {
    /** What is strange. */
    public enum Kind {
        /** A backup's plain size is under half the median of the five before it. */
        SIZE_DROP,
        /** A backup lies more than ten minutes in the future. */
        FUTURE,
        /** More than half of the backups would be deleted. */
        MORE_THAN_HALF,
        /** The newest backup that is remembered is gone, and there is no newer one: the destination may have been set back. */
        SET_BACK
    }
}
