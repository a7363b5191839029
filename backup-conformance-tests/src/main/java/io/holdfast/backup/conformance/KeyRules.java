package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectKey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which keys work, and which are refused. */
abstract class KeyRules {
    private static final String SEGMENT = "s".repeat(ObjectKey.MAX_SEGMENT_LENGTH);
    private static final List<String> NEVER = List.of(
            "/",
            "/a",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "a/./b",
            "./a",
            "a b",
            "a\\b",
            "a:b",
            "a*",
            "a?b",
            "a%2e",
            "a~b",
            "a+b",
            "ä",
            "a\u0000b",
            "a\nb",
            "\uD83D\uDE00",
            SEGMENT + "s",
            SEGMENT + "s/a",
            "a/" + SEGMENT + "s");

    @Test
    @Rule("D10")
    void what_is_no_key_is_refused(Bench bench) {
        expectRefusals(bench);
    }

    @Test
    @Rule("D10")
    void what_is_no_key_is_refused_before_anybody_is_asked(Bench bench) throws Exception {
        bench.during(Fault.UNREACHABLE, () -> {
            expectRefusals(bench);
        });
    }

    private static void expectRefusals(Bench bench) {
        Destination destination = bench.destination();
        List<String> noKeys = Stream.of(NEVER.stream(), Stream.of("", "a/", bench.prefix() + "/", tooLong(bench)))
                .flatMap(keys -> keys)
                .toList();
        for (String key : noKeys) {
            refused("upload", key, () -> destination.upload(key).close());
            refused("open", key, () -> destination.open(key, 0).close());
            refused("stat", key, () -> destination.stat(key));
            // Only below the test's own prefix: a driver that does delete it must not hit somebody else.
            String below = bench.prefix() + "/" + key;
            if (!key.isEmpty() && !key.contains("..") && below.length() < ObjectKey.MAX_LENGTH && !key.equals(".")) {
                refused("delete", below, () -> destination.delete(below));
            }
        }
        for (String prefix : NEVER) {
            if (!prefix.equals(".") && !prefix.equals("..") && !prefix.equals("a/..")) {
                refused("list with the prefix", prefix, () -> bench.keys(destination, prefix, ""));
                refused("list after", prefix, () -> bench.keys(destination, "", prefix));
            }
        }
    }

    private static void refused(String doing, String key, Expect.Action action) {
        String shown = key.length() > 60 ? key.substring(0, 60) + "... (" + key.length() + " characters)" : key;
        Expect.thrown(IllegalArgumentException.class, doing + " \"" + shown.replaceAll("[^ -~]", "?") + "\"", action);
    }

    private static String tooLong(Bench bench) {
        return longKey(bench, ObjectKey.MAX_LENGTH + 1);
    }

    /** Returns a key of that length below the prefix, with segments as long as they may be. */
    private static String longKey(Bench bench, int length) {
        StringBuilder key = new StringBuilder(bench.prefix());
        while (key.length() < length) {
            int room = Math.min(SEGMENT.length(), length - key.length() - 1);
            // A slash must not be the last character.
            int segment = length - key.length() - 1 - room == 1 ? room - 1 : room;
            key.append('/').append(SEGMENT, 0, segment);
        }
        return key.toString();
    }

    @Test
    @Rule("D10")
    void the_longest_keys_work(Bench bench) throws Exception {
        expectRoundTrip(bench, longKey(bench, ObjectKey.MAX_LENGTH));
        expectRoundTrip(bench, bench.key("x" + SEGMENT.substring(1)));
        expectRoundTrip(bench, bench.key("y/" + "a/".repeat(200) + "z"));
    }

    @Test
    @Rule("D10")
    void every_allowed_character_works_at_every_place(Bench bench) throws Exception {
        String all = "0123456789-_.ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        expectRoundTrip(bench, bench.key(all));
        expectRoundTrip(bench, bench.key(all.toLowerCase(java.util.Locale.ROOT) + "/abcxyz"));
        for (char c : "-_.0".toCharArray()) {
            expectRoundTrip(bench, bench.key("first/" + c + "x"));
            expectRoundTrip(bench, bench.key("middle/x" + c + "x"));
        }
        expectRoundTrip(bench, bench.key("dots/..x"));
        expectRoundTrip(bench, bench.key("dots/...x"));
        expectRoundTrip(bench, bench.key("dots/x..y"));
    }

    @Test
    @Rule("D10")
    void names_that_look_temporary_are_ordinary(Bench bench) throws Exception {
        for (String name : List.of(
                ".hidden", ".tmp", "x.tmp", "tmp-x", ".tmp-x", "_x", "x.part", "x.lock", ".x.swp", ".nfs0001")) {
            expectRoundTrip(bench, bench.key("odd/" + name));
        }
    }

    private static void expectRoundTrip(Bench bench, String key) throws Exception {
        Content content = bench.content(20);
        bench.put(key, content);
        bench.expectObject(bench.destination(), key, content, "after its commit");
    }
}
