package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.ObjectUpload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a deletion takes, and what it leaves. */
abstract class DeleteRules {
    @Test
    @Rule("D6")
    void deleting_what_is_not_there_is_fine(Bench bench) throws Exception {
        bench.put(bench.key("there"), bench.content(1));
        for (String missing : List.of("not-there", "no/such/folder/either", "ther", "there-not")) {
            bench.destination().delete(bench.key(missing));
        }
    }

    @Test
    @Rule("D6")
    void deleting_twice_is_fine(Bench bench) throws Exception {
        String key = bench.key("folder/twice");
        bench.put(key, bench.content(1));
        bench.destination().delete(key);
        bench.destination().delete(key);
        bench.expectAbsent(bench.destination(), key, "after it was deleted twice");
    }

    @Test
    @Rule("D6")
    void a_deleted_object_is_gone(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(0), bench.content(100), bench.bigContent())) {
            String key = bench.key("gone-" + content.size());
            bench.put(key, content);
            bench.destination().delete(key);
            bench.expectAbsent(bench.destination(), key, "after its deletion");
        }
    }

    @Test
    @Rule("D6")
    void a_deleted_key_is_free_again(Bench bench) throws Exception {
        String key = bench.key("folder/again");
        bench.put(key, bench.bigContent());
        bench.destination().delete(key);
        Content second = bench.content(77);
        bench.put(key, second);
        bench.expectObject(bench.destination(), key, second, "after the key was deleted and written again");
    }

    @Test
    @Rule("D6")
    void a_deletion_takes_nothing_but_its_key(Bench bench) throws Exception {
        Map<String, Content> kept = new LinkedHashMap<>();
        for (String name : List.of("x-1", "x.1", "x1", "y/x", "y/x1", "z/y/x", "w")) {
            kept.put(bench.key(name), bench.content(10));
        }
        for (Map.Entry<String, Content> object : kept.entrySet()) {
            bench.put(object.getKey(), object.getValue());
        }
        bench.put(bench.key("x"), bench.content(10));
        bench.put(bench.key("y/x0"), bench.content(10));
        bench.destination().delete(bench.key("x"));
        bench.destination().delete(bench.key("y/x0"));
        for (Map.Entry<String, Content> object : kept.entrySet()) {
            bench.expectObject(bench.destination(), object.getKey(), object.getValue(), "after others were deleted");
        }
    }

    @Test
    @Rule("D6")
    void deleting_the_last_neighbour_leaves_an_upload_alone(Bench bench) throws Exception {
        bench.put(bench.key("folder/deep/neighbour"), bench.content(1));
        Content content = bench.bigContent();
        String key = bench.key("folder/deep/upload");
        ObjectUpload upload = bench.own(bench.destination().upload(key));
        content.writeTo(upload, 1000, 0, content.size() / 2);
        bench.destination().delete(bench.key("folder/deep/neighbour"));
        content.writeTo(upload, 1000, content.size() / 2, content.size());
        upload.commit();
        bench.expectObject(bench.destination(), key, content, "after its only neighbour was deleted during the upload");
    }
}
