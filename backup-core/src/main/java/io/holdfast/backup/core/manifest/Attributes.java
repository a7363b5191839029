package io.holdfast.backup.core.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The bounds of labels and engine metadata: at most 64 entries, names of 1 to 64 characters of {@code [A-Za-z0-9._-]}, values
 * of at most 1,024 characters. So a manifest stays far below its greatest size.
 */
public final class Attributes {
    /** The greatest number of entries. */
    public static final int MAX_ENTRIES = 64;

    /** The longest value, in characters. */
    public static final int MAX_VALUE_LENGTH = 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Attributes() {}

    /**
     * Checks all entries and copies them.
     *
     * @param attributes the entries
     * @return an immutable copy, sorted by name
     * @throws IllegalArgumentException if an entry or their number is out of bounds
     */
    public static SortedMap<String, String> copyOf(Map<String, String> attributes) {
        if (attributes.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "Expected at most " + MAX_ENTRIES + " entries, found " + attributes.size());
        }
        attributes.forEach(Attributes::requireValid);
        return Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /**
     * Checks one entry.
     *
     * @param name its name
     * @param value its value
     * @throws IllegalArgumentException if it is out of bounds
     */
    public static void requireValid(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "Expected a name of 1 to 64 characters of [A-Za-z0-9._-], found \"" + name + "\"");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException("Expected a value of well-formed Unicode for \"" + name + "\"");
        }
        if (value.length() > MAX_VALUE_LENGTH) {
            throw new IllegalArgumentException("Expected a value of at most " + MAX_VALUE_LENGTH + " characters for \""
                    + name + "\", found " + value.length());
        }
    }
}
