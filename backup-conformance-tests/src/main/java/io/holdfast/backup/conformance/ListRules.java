package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a listing holds, and in which order. */
abstract class ListRules {
    /** None is a path prefix of another; in the byte order of whole keys. A walk by folders would order them otherwise. */
    private static final List<String> ORDERED = List.of(
            "-x", ".x", "0", "A-z", "A/b", "Zed", "_x", "a-b", "a-b-c/x", "a-c/x", "a.b", "a.c/x", "a/b", "a/c-d",
            "a/c.d", "a/c/d", "a/c0", "a0", "a0b/x", "a_b", "aa", "b/x", "b0/x", "z/y/x", "z0");

    @Test
    @Rule("D5")
    void list_is_complete_beyond_any_page_size(Bench bench) throws Exception {
        int count = bench.profile().listed();
        List<String> keys = populate(bench, count);
        expectList(bench, bench.prefix() + "/", "", keys);
        for (int i = 0; i < count; i += Math.max(1, count / 12)) {
            expectList(bench, bench.prefix() + "/", keys.get(i), keys.subList(i + 1, count));
        }
        expectList(
                bench,
                bench.key("f01/"),
                "",
                keys.stream().filter(k -> k.contains("/f01/")).toList());
        Expect.same(
                bench.keys(bench.destination(), "", "").stream()
                        .filter(k -> k.startsWith(bench.prefix()))
                        .toList(),
                keys,
                "the list of everything, as far as this test wrote it,");
    }

    /** Writes objects from several threads and returns their keys in order. */
    static List<String> populate(Bench bench, int count) throws Exception {
        List<String> keys = IntStream.range(0, count)
                .mapToObj(i -> bench.key(String.format("f%02d/o-%05d", i * 7 / count, i)))
                .toList();
        Content content = bench.content(3);
        bench.crew().together(8, "writing " + count + " objects", thread -> () -> {
            for (int i = thread; i < count; i += 8) {
                bench.put(keys.get(i), content);
            }
            return true;
        });
        return keys;
    }

    @Test
    @Rule("D5")
    void keys_come_in_the_byte_order_of_whole_keys(Bench bench) throws Exception {
        expectList(bench, bench.prefix() + "/", "", putOrdered(bench));
    }

    @Test
    @Rule("D5")
    void list_starts_after_any_key(Bench bench) throws Exception {
        List<String> keys = putOrdered(bench);
        for (int i = 0; i < keys.size(); i++) {
            expectList(bench, bench.prefix() + "/", keys.get(i), keys.subList(i + 1, keys.size()));
        }
    }

    @Test
    @Rule("D5")
    void list_starts_after_what_is_no_key(Bench bench) throws Exception {
        List<String> keys = putOrdered(bench);
        for (String after :
                List.of("-", "A", "A/", "B", "a", "a-b-", "a.", "a/", "a/c", "a/c/", "a/c-e", "a0b", "zz", "z1/x")) {
            String startAfter = bench.key(after);
            List<String> rest =
                    keys.stream().filter(key -> key.compareTo(startAfter) > 0).toList();
            expectList(bench, bench.prefix() + "/", startAfter, rest);
        }
    }

    @Test
    @Rule("D5")
    void a_prefix_may_end_anywhere(Bench bench) throws Exception {
        List<String> keys = putOrdered(bench);
        for (String name :
                List.of("a", "a-", "a-b", "a-b-c/", "a.", "a/", "a/c", "a/c/", "a/c/d", "a0", "b", "z", "z/y/", "A")) {
            String prefix = bench.key(name);
            expectList(
                    bench,
                    prefix,
                    "",
                    keys.stream().filter(key -> key.startsWith(prefix)).toList());
        }
    }

    @Test
    @Rule("D5")
    void a_prefix_that_no_key_has_gives_an_empty_list(Bench bench) throws Exception {
        putOrdered(bench);
        for (String name : List.of("nobody", "nobody/", "a/x", "a/b-", "A/b.", "a-b-c/y", "aaa")) {
            expectList(bench, bench.key(name), "", List.of());
        }
    }

    @Test
    @Rule("D5")
    void prefix_and_start_limit_a_list_together(Bench bench) throws Exception {
        List<String> keys = putOrdered(bench);
        String prefix = bench.key("a/");
        List<String> within =
                keys.stream().filter(key -> key.startsWith(prefix)).toList();
        expectList(bench, prefix, bench.key("A/b"), within);
        expectList(bench, prefix, bench.key("a-b"), within);
        expectList(bench, prefix, within.get(1), within.subList(2, within.size()));
        expectList(bench, prefix, bench.key("a0"), List.of());
        expectList(bench, prefix, bench.key("z"), List.of());
    }

    @Test
    @Rule("D5")
    void a_list_tells_the_size_of_each_object(Bench bench) throws Exception {
        List<Long> sizes = List.of(0L, 1L, 100L, 5000L);
        for (int i = 0; i < sizes.size(); i++) {
            bench.put(bench.key("sized-" + i), bench.content(sizes.get(i)));
        }
        try (Stream<ObjectInfo> listing = bench.destination().list(bench.prefix() + "/", "")) {
            Expect.same(listing.map(ObjectInfo::size).toList(), sizes, "the sizes in the list");
        }
    }

    private static List<String> putOrdered(Bench bench) throws IOException {
        List<String> keys = ORDERED.stream().map(bench::key).toList();
        for (int i = 0; i < keys.size(); i++) {
            bench.put(keys.get(i * 11 % keys.size()), bench.content(1));
        }
        return keys;
    }

    private static void expectList(Bench bench, String prefix, String startAfter, List<String> expected) {
        List<String> found = bench.keys(bench.destination(), prefix, startAfter);
        if (found.equals(expected)) {
            return;
        }
        List<String> missing = new ArrayList<>(expected);
        missing.removeAll(new java.util.HashSet<>(found));
        List<String> extra = new ArrayList<>(found);
        extra.removeAll(new java.util.HashSet<>(expected));
        throw Expect.failure(
                "list(\"" + prefix + "\", \"" + startAfter + "\") has " + found.size() + " keys; missing "
                        + some(missing)
                        + ", not expected " + some(extra)
                        + (missing.isEmpty() && extra.isEmpty() ? ", order or repetition wrong: " + some(found) : ""),
                expected.size() + " keys in ascending byte order, each once: " + some(expected));
    }

    private static String some(List<String> keys) {
        return keys.size() <= 30 ? keys.toString() : keys.subList(0, 30) + " and " + (keys.size() - 30) + " more";
    }
}
