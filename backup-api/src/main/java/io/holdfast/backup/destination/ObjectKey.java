package io.holdfast.backup.destination;

/**
 * The form of keys (rule D10): segments of {@code [A-Za-z0-9._-]}, 1 to 128 characters each, not {@code .} or {@code ..},
 * joined by {@code /}, 512 characters in all.
 */
public final class ObjectKey {
    /** The longest key, in characters. */
    public static final int MAX_LENGTH = 512;

    /** The longest segment, in characters. */
    public static final int MAX_SEGMENT_LENGTH = 128;

    private ObjectKey() {}

    /**
     * Checks a key. A driver calls this before any input or output.
     *
     * @param key the key
     * @return the same key
     * @throws IllegalArgumentException if it does not have the form of a key
     */
    public static String requireValid(String key) {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "Expected a key of 1 to " + MAX_LENGTH + " characters, found " + key.length());
        }
        int start = 0;
        while (start <= key.length()) {
            int slash = key.indexOf('/', start);
            int end = slash < 0 ? key.length() : slash;
            requireSegment(key, start, end);
            start = end + 1;
        }
        return key;
    }

    /**
     * Checks the beginning of a key, as {@link Destination#list} takes it: any number of the first characters of a valid
     * key, none among them.
     *
     * @param prefix the beginning of a key, empty for all keys
     * @return the same prefix
     * @throws IllegalArgumentException if no valid key begins like this
     */
    public static String requireValidPrefix(String prefix) {
        String last = prefix.substring(prefix.lastIndexOf('/') + 1);
        // "a/", "a/." and "a/.." are no keys, but "a/..x" is.
        boolean unfinished = last.isEmpty() || last.equals(".") || last.equals("..");
        requireValid(unfinished ? prefix + "x" : prefix);
        return prefix;
    }

    private static void requireSegment(String key, int start, int end) {
        if (end == start || end - start > MAX_SEGMENT_LENGTH) {
            throw new IllegalArgumentException("Expected key segments of 1 to " + MAX_SEGMENT_LENGTH
                    + " characters, found " + (end - start) + " in \"" + printable(key) + "\"");
        }
        boolean onlyDots = true;
        for (int i = start; i < end; i++) {
            char c = key.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!allowed && c != '.') {
                throw new IllegalArgumentException(String.format(
                        "Expected a key of [A-Za-z0-9._-] and '/', found U+%04X at index %d of \"%s\"",
                        (int) c, i, printable(key)));
            }
            onlyDots &= c == '.';
        }
        if (onlyDots && end - start <= 2) {
            throw new IllegalArgumentException(
                    "Expected no \".\" or \"..\" among the segments of \"" + printable(key) + "\"");
        }
    }

    private static String printable(String key) {
        return key.replaceAll("[^ -~]", "?");
    }
}
