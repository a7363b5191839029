package io.holdfast.backup;

/**
 * Something worth telling an operator, found by a check.
 *
 * @param severity how bad it is
 * @param code a stable name in lower case, such as {@code remote_filesystem}, or the wire value of an {@link ErrorCode}
 * @param message what was found and what it means, without secrets
 */
public record Finding(Severity severity, String code, String message) {
    /** How bad a finding is. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** Works, but less well or less safely than it should. */
        WARNING,
        /** Backups or restores will fail, or cannot be trusted. */
        ERROR
    }

    /**
     * Returns a finding that is good to know.
     *
     * @param code its stable name
     * @param message what was found
     * @return the finding
     */
    public static Finding info(String code, String message) {
        return new Finding(Severity.INFO, code, message);
    }

    /**
     * Returns a warning.
     *
     * @param code its stable name
     * @param message what was found
     * @return the finding
     */
    public static Finding warning(String code, String message) {
        return new Finding(Severity.WARNING, code, message);
    }

    /**
     * Returns an error.
     *
     * @param code its stable name
     * @param message what was found
     * @return the finding
     */
    public static Finding error(String code, String message) {
        return new Finding(Severity.ERROR, code, message);
    }
}
