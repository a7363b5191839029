package io.holdfast.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule D10. */
class ObjectKeyTest {
    private static final String S128 = "s".repeat(128);
    /** 512 characters. */
    private static final String LONGEST = S128 + "/" + S128 + "/" + S128 + "/" + "e".repeat(125);

    static Stream<String> validKeys() {
        return Stream.of(
                "a",
                "A",
                "0",
                "-",
                "_",
                "...",
                "....",
                ".a",
                "a.",
                "..a",
                "a..",
                "a/b/c",
                "a/.../b",
                "a/..b/c..",
                "backups/01J0000000000000000000000Z/manifest.json",
                S128,
                "a/" + S128,
                "d".repeat(127) + ".",
                LONGEST);
    }

    static Stream<String> invalidKeys() {
        return Stream.of(
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/.",
                "a/..",
                "./a",
                "../a",
                "a/./b",
                "a/../b",
                "a b",
                "a\\b",
                "a:b",
                "a*",
                "a%2e",
                "a+b",
                "a~",
                "a\0b",
                "a\nb",
                "\u00e9",
                "\uff0e\uff0e/a",
                "\ud83d\ude00",
                "\ud83d",
                "s".repeat(129),
                "a/" + "s".repeat(129) + "/b",
                LONGEST + "e");
    }

    @ParameterizedTest
    @MethodSource("validKeys")
    void a_valid_key_is_given_back(String key) {
        assertThat(ObjectKey.requireValid(key)).isSameAs(key);
    }

    @ParameterizedTest
    @MethodSource("invalidKeys")
    void anything_else_is_refused(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectKey.requireValid(key))
                .withMessageStartingWith("Expected ");
    }

    @Test
    void a_message_is_printable_whatever_the_key() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectKey.requireValid("a\nb\u0007\u00e9"))
                .withMessageContaining("U+000A at index 1")
                .withMessageContaining("\"a?b??\"");
    }

    @ParameterizedTest
    @MethodSource("validKeys")
    void every_beginning_of_a_valid_key_is_a_valid_prefix(String key) {
        for (int length = 0; length <= key.length(); length++) {
            String prefix = key.substring(0, length);
            assertThat(ObjectKey.requireValidPrefix(prefix)).isSameAs(prefix);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "a//", "a/./", "./", "../", "a/../b", "a b", "\u00e9", "a\n"})
    void what_no_key_begins_with_is_no_prefix(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.requireValidPrefix(prefix));
    }

    static Stream<String> fullPrefixesThatNoKeyCompletes() {
        String room = S128 + "/" + S128 + "/" + S128 + "/";
        return Stream.of(
                room + "e".repeat(124) + "/",
                room + "e".repeat(123) + "/.",
                room + "e".repeat(122) + "/..",
                LONGEST + "e",
                S128 + "s");
    }

    @ParameterizedTest
    @MethodSource("fullPrefixesThatNoKeyCompletes")
    void a_prefix_that_leaves_no_room_for_a_key_is_refused(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.requireValidPrefix(prefix));
    }

    /** The rule written a second time, as a pattern. */
    private static final Pattern RULE =
            Pattern.compile("(?!\\.{1,2}(/|\\z))[A-Za-z0-9._-]{1,128}(/(?!\\.{1,2}(/|\\z))[A-Za-z0-9._-]{1,128})*");

    private static boolean isKey(String key) {
        return key.length() <= 512 && RULE.matcher(key).matches();
    }

    /** A prefix that can be continued at all becomes a key with nothing or one more letter. */
    private static boolean beginsKey(String prefix) {
        return isKey(prefix) || isKey(prefix + "x");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void keys_and_prefixes_are_exactly_what_the_rule_says(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            String text = random.nextInt(20) == 0 ? longText(random) : shortText(random);
            assertThat(accepts(ObjectKey::requireValid, text))
                    .as("seed %d, key \"%s\"", seed, text)
                    .isEqualTo(isKey(text));
            assertThat(accepts(ObjectKey::requireValidPrefix, text))
                    .as("seed %d, prefix \"%s\"", seed, text)
                    .isEqualTo(beginsKey(text));
        }
    }

    private static String shortText(Random random) {
        String letters = "a.././-_Z9 \u00e9";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(9);
        for (int i = 0; i < length; i++) {
            // Rarely one of the last two, which no key has.
            text.append(
                    letters.charAt(random.nextInt(random.nextInt(10) == 0 ? letters.length() : letters.length() - 2)));
        }
        return text.toString();
    }

    /** Around the bounds of segments and keys. */
    private static String longText(Random random) {
        StringBuilder text = new StringBuilder();
        int segments = 1 + random.nextInt(5);
        for (int i = 0; i < segments; i++) {
            text.append(i == 0 ? "" : "/").append("s".repeat(120 + random.nextInt(10)));
        }
        return text.append(new String[] {"", ".", "..", "/", "/.", "/.."}[random.nextInt(6)])
                .toString();
    }

    private interface Check {
        String check(String text);
    }

    private static boolean accepts(Check check, String text) {
        try {
            check.check(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
