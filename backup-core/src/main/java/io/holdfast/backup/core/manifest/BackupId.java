package io.holdfast.backup.core.manifest;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Names a backup: a ULID of 26 upper-case characters, of which the first ten are the time in milliseconds. The order of ids
 * is the order in which the backups of a repository began.
 *
 * @param value the 26 characters
 * @see <a href="https://github.com/ulid/spec">The ULID specification</a>
 */
public record BackupId(String value) implements Comparable<BackupId> {
    private static final Pattern FORM = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");

    /**
     * Creates an id.
     *
     * @throws IllegalArgumentException if the value is no ULID in upper case
     */
    public BackupId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "Expected a backup id of 26 characters of Crockford's base 32 in upper case, found \"" + value
                            + "\"");
        }
    }

    /**
     * Tells whether a text has the form of a backup id.
     *
     * @param text any text
     * @return whether it is a ULID in upper case
     */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** Returns the time in this id, with a precision of milliseconds: by and large when the backup began. */
    public Instant time() {
        long millis = 0;
        for (int i = 0; i < 10; i++) {
            millis = millis << 5 | BackupIdGenerator.ALPHABET.indexOf(value.charAt(i));
        }
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(BackupId other) {
        return value.compareTo(other.value);
    }

    /** Returns the 26 characters. */
    @Override
    public String toString() {
        return value;
    }
}
