package io.holdfast.backup.core.job;

/** The bounds of notes, the same for every job store. */
final class Notes {
    private Notes() {}

    static void requireValid(String name, String text) {
        if (!name.matches("[A-Za-z0-9._:/-]{1,200}")) {
            throw new IllegalArgumentException(
                    "Expected a note's name of 1 to 200 characters of [A-Za-z0-9._:/-], found \"" + name + "\"");
        }
        if (text.length() > 1000) {
            throw new IllegalArgumentException("Expected a note of up to 1000 characters, found " + text.length());
        }
    }
}
