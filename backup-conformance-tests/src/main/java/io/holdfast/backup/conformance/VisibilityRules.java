package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When changes are seen, and by whom. */
abstract class VisibilityRules {
    @Test
    @Rule("D4")
    void a_committed_object_is_seen_at_once(Bench bench) throws Exception {
        expectSeenAtOnce(bench, bench.destination());
    }

    @Test
    @Rule("D4")
    void a_committed_object_is_seen_at_once_by_another_instance(Bench bench) throws Exception {
        expectSeenAtOnce(bench, bench.second());
    }

    private static void expectSeenAtOnce(Bench bench, Destination reader) throws IOException {
        for (int round = 0; round < bench.profile().rounds(); round++) {
            String key = bench.key("folder/object-" + round);
            Content content = bench.content(100 + round);
            // Whoever remembers that there was nothing, or what the folder held, is caught.
            bench.expectAbsent(reader, key, "before its commit");
            bench.keys(reader, bench.key("folder/"), "");
            bench.put(key, content);
            bench.expectObject(reader, key, content, "right after its commit");
            Expect.same(
                    bench.keys(reader, bench.key("folder/"), "").size(),
                    round + 1,
                    "the number of objects in the folder");
        }
    }

    @Test
    @Rule("D4")
    void a_deleted_object_is_gone_at_once(Bench bench) throws Exception {
        expectGoneAtOnce(bench, bench.destination());
    }

    @Test
    @Rule("D4")
    void a_deleted_object_is_gone_at_once_for_another_instance(Bench bench) throws Exception {
        expectGoneAtOnce(bench, bench.second());
    }

    private static void expectGoneAtOnce(Bench bench, Destination reader) throws IOException {
        String key = bench.key("short-lived");
        for (int round = 0; round < bench.profile().rounds(); round++) {
            Content content = bench.content(100 + round);
            bench.put(key, content);
            // Whoever keeps what it read is caught.
            bench.expectObject(reader, key, content, "after commit number " + round + " on this key");
            bench.destination().delete(key);
            bench.expectAbsent(reader, key, "right after its deletion");
        }
    }

    @Test
    @Rule("D4")
    void last_modified_is_when_the_object_became_visible(Bench bench) throws Exception {
        String key = bench.key("slow");
        ObjectUpload upload = bench.begin(key, bench.content(10));
        ObjectInfo first = bench.put(bench.key("first"), bench.content(1));
        Optional<ObjectInfo> earlier = bench.destination().stat(first.key());
        ObjectInfo later = bench.later(first);
        upload.commit();
        ObjectInfo found = bench.destination().stat(key).orElseThrow();
        Expect.that(
                !found.lastModified().isBefore(later.lastModified()),
                "lastModified is " + found.lastModified() + " though another object of " + later.lastModified()
                        + " was visible before",
                "the time of the commit, not that of the first or last write");
        Expect.same(bench.destination().stat(first.key()), earlier, "what stat says of an object some time later");
    }

    @Test
    @Rule("D4")
    void two_instances_on_the_same_data_tell_the_same_location(Bench bench) throws Exception {
        List<Destination> both = List.of(bench.destination(), bench.second());
        Expect.same(
                both.get(1).info().location(), both.get(0).info().location(), "the location of the second instance");
    }
}
