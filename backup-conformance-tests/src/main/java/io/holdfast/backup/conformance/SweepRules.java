package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link Destination#discardAbandoned} takes, and what it spares. */
abstract class SweepRules {
    /** A time that no upload has been written to since. */
    static final Instant FAR_AWAY = Instant.parse("2500-01-01T00:00:00Z");

    @Test
    @Rule("D7")
    void a_sweep_spares_the_uploads_of_this_process(Bench bench) throws Exception {
        String key = bench.key("folder/alive");
        Content content = bench.bigContent();
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        content.writeTo(upload, 1000, 0, content.size() / 2);
        Expect.same(bench.destination().discardAbandoned(FAR_AWAY), 0, "the number of uploads discarded");
        content.writeTo(upload, 1000, content.size() / 2, content.size());
        bench.destination().discardAbandoned(FAR_AWAY);
        upload.commit();
        bench.expectObject(bench.destination(), key, content, "after a sweep during its upload");
    }

    @Test
    @Rule("D7")
    void a_sweep_spares_what_was_written_to_since_however_long_ago_it_began(Bench bench) throws Exception {
        Destination sweeper = bench.second();
        String key = bench.key("folder/slow");
        Content content = bench.content(4L * bench.largestBoundary());
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        content.writeTo(upload, 1000, 0, content.size() / 2);
        ObjectInfo idleSince = bench.later(bench.put(bench.key("first"), bench.content(1)));
        content.writeTo(upload, 1000, content.size() / 2, content.size());
        Expect.same(
                sweeper.discardAbandoned(idleSince.lastModified()),
                0,
                "the number of uploads discarded that were written to since " + idleSince.lastModified());
        upload.commit();
        bench.expectObject(bench.destination(), key, content, "after another process swept during its upload");
    }

    @Test
    @Rule("D7")
    void another_instance_sweeps_nothing_unless_asked(Bench bench) throws Exception {
        String key = bench.key("folder/alive");
        Content content = bench.bigContent();
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        content.writeTo(upload, 1000, 0, content.size() / 2);
        Destination second = bench.second();
        second.check();
        second.close();
        content.writeTo(upload, 1000, content.size() / 2, content.size());
        upload.commit();
        bench.expectObject(
                bench.destination(), key, content, "after another process opened, checked and closed meanwhile");
    }

    @Test
    @Rule("D7")
    void a_sweep_removes_what_a_killed_process_left(Bench bench) throws Exception {
        String key = bench.key("folder/killed");
        bench.begin(key, bench.bigContent());
        Content done = bench.bigContent();
        bench.put(bench.key("folder/done"), done);
        Destination reopened = bench.crashAndReopen();
        int discarded = reopened.discardAbandoned(FAR_AWAY);
        Expect.that(discarded == 1, "discardAbandoned removed " + discarded + " uploads of a killed process", "1");
        Expect.same(reopened.discardAbandoned(FAR_AWAY), 0, "the number of uploads that a second sweep removed");
        Optional<List<String>> left = bench.suite().leftovers(reopened);
        Expect.that(
                left.isEmpty() || left.get().isEmpty(),
                "there is left after a sweep: " + left.orElse(List.of()),
                "nothing");
        bench.expectAbsent(reopened, key, "after its process was killed and swept");
        bench.expectObject(reopened, bench.key("folder/done"), done, "after its writer was killed and swept");
        bench.put(reopened, key, bench.content(9));
    }

    @Test
    @Rule("D7")
    void a_sweep_spares_a_stranger_that_may_still_live(Bench bench) throws Exception {
        ObjectInfo before = bench.put(bench.key("before"), bench.content(1));
        bench.later(before);
        bench.begin(bench.key("folder/stranger"), bench.bigContent());
        // What makes the folder durable may make the stranger's file durable too.
        bench.put(bench.key("folder/done"), bench.content(5));
        Destination reopened = bench.crashAndReopen();
        Expect.same(
                reopened.discardAbandoned(before.lastModified()),
                0,
                "the number of uploads discarded that were written to after " + before.lastModified());
    }

    @Test
    @Rule("D7")
    void a_sweep_spares_objects(Bench bench) throws Exception {
        Content content = bench.content(100);
        List<String> names =
                List.of("a/object", "a/x.tmp", "a/.tmp-1", "a/.x", "a/x.part", "a/x.partial", "_tmp", "tmp/x");
        for (String name : names) {
            bench.put(bench.key(name), content);
        }
        Content big = bench.bigContent();
        bench.put(bench.key("a/big"), big);
        Expect.same(bench.destination().discardAbandoned(FAR_AWAY), 0, "the number of uploads discarded");
        for (Destination handle : bench.handles()) {
            handle.discardAbandoned(FAR_AWAY);
            bench.expectObject(handle, bench.key("a/big"), big, "after a sweep");
            for (String name : names) {
                bench.expectObject(handle, bench.key(name), content, "after a sweep");
            }
        }
    }
}
