package io.holdfast.backup.conformance;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What survives a crash. */
abstract class DurabilityRules {
    @Test
    @Rule("D3")
    void what_was_committed_survives_a_crash(Bench bench) throws Exception {
        Map<String, Content> objects = new LinkedHashMap<>();
        objects.put(bench.key("empty"), bench.content(0));
        objects.put(bench.key("small"), bench.content(1));
        objects.put(bench.key("in/new/folders/deep/down"), bench.content(5000));
        objects.put(bench.key("big"), bench.bigContent());
        for (Map.Entry<String, Content> object : objects.entrySet()) {
            bench.put(object.getKey(), object.getValue());
        }
        Destination reopened = bench.crashAndReopen();
        for (Map.Entry<String, Content> object : objects.entrySet()) {
            bench.expectObject(reopened, object.getKey(), object.getValue(), "after a crash that followed its commit");
        }
    }

    @Test
    @Rule("D3")
    void a_taken_key_is_still_taken_after_a_crash(Bench bench) throws Exception {
        String key = bench.key("taken");
        Content content = bench.content(10);
        bench.put(key, content);
        Destination reopened = bench.crashAndReopen();
        ObjectUpload second = bench.begin(reopened, key, bench.content(20));
        Expect.code(ErrorCode.DESTINATION_OBJECT_EXISTS, "commit on a key taken before the crash", second::commit);
        bench.expectBytes(reopened, key, content, 0, "after a crash and a refused commit");
    }

    @Test
    @Rule("D1")
    void an_upload_that_a_crash_cut_off_is_no_object(Bench bench) throws Exception {
        String half = bench.key("half");
        String whole = bench.key("whole");
        bench.begin(half, bench.bigContent());
        bench.begin(whole, bench.content(0));
        Destination reopened = bench.crashAndReopen();
        bench.expectAbsent(reopened, half, "after a crash before its commit");
        bench.expectAbsent(reopened, whole, "after a crash before its commit");
    }

    @Test
    @Rule("D6")
    void what_was_deleted_stays_deleted_after_a_crash(Bench bench) throws Exception {
        String key = bench.key("deleted/object");
        String neighbour = bench.key("deleted/neighbour");
        Content content = bench.content(10);
        bench.put(key, bench.content(10));
        bench.put(neighbour, content);
        bench.destination().delete(key);
        Destination reopened = bench.crashAndReopen();
        bench.expectAbsent(reopened, key, "after a crash that followed its deletion");
        bench.expectObject(reopened, neighbour, content, "after a crash that followed its neighbour's deletion");
    }
}
