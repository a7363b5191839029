package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens when much goes on at once. */
abstract class ThreadRules {
    @Test
    @Rule("D11")
    void uploads_side_by_side_keep_to_themselves(Bench bench) throws Exception {
        List<Content> contents = new ArrayList<>();
        List<ObjectUpload> uploads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            contents.add(bench.content(2L * Math.min(bench.largestBoundary(), 1 << 16) + i));
            uploads.add(bench.own(bench.destination().upload(bench.key("side-" + i))));
        }
        for (long at = 0; at < contents.get(4).size(); at += 100) {
            for (int i = 0; i < 5; i++) {
                Content content = contents.get(i);
                content.writeTo(uploads.get(i), 100, Math.min(at, content.size()), Math.min(at + 100, content.size()));
            }
        }
        for (int i = 4; i >= 0; i--) {
            uploads.get(i).commit();
        }
        for (int i = 0; i < 5; i++) {
            bench.expectObject(
                    bench.destination(), bench.key("side-" + i), contents.get(i), "written beside four others");
        }
    }

    @Test
    @Rule("D11")
    void an_upload_may_go_from_thread_to_thread(Bench bench) throws Exception {
        int pieces = 5;
        Content content = bench.content(pieces * (long) Math.min(bench.largestBoundary(), 1 << 16) + 3);
        long step = content.size() / pieces + 1;
        ObjectUpload upload = bench.own(bench.destination().upload(bench.key("relay")));
        for (long at = 0; at < content.size(); at += step) {
            long from = at;
            bench.crew().together(1, "writing the next piece", thread -> () -> {
                content.writeTo(upload, 1000, from, Math.min(from + step, content.size()));
                return true;
            });
        }
        upload.commit();
        bench.expectObject(bench.destination(), bench.key("relay"), content, "written by several threads in turn");
    }

    @Test
    @Rule("D11")
    void many_uploads_and_reads_go_on_at_once(Bench bench) throws Exception {
        Content shared = bench.content(3L * Math.min(bench.largestBoundary(), 1 << 16) + 1);
        String sharedKey = bench.key("shared");
        bench.put(sharedKey, shared);
        List<Destination> handles = bench.handles();
        bench.crew().together(bench.profile().writers(), "writing and reading at once", thread -> () -> {
            Destination handle = handles.get(thread % handles.size());
            for (int round = 0; round < 3; round++) {
                Content content = bench.content(1000L * round + thread);
                String key = bench.key("f" + thread % 4 + "/t" + thread + "-" + round);
                bench.put(handle, key, content);
                bench.expectBytes(handle, sharedKey, shared, thread, "read by many threads");
                bench.expectObject(handle, key, content, "written among many threads");
            }
            return true;
        });
    }

    @Test
    @Rule("D11")
    void readers_that_take_long_see_their_objects_whole(Bench bench) throws Exception {
        int readers = 4;
        Content content = bench.bigContent();
        List<InputStream> streams = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            bench.put(bench.key("long/reader-" + i), content);
            streams.add(bench.own(bench.destination().open(bench.key("long/reader-" + i), 0)));
        }
        int rounds = 10 * bench.profile().rounds();
        long step = content.size() / (rounds + 1);
        for (int round = 0; round < rounds; round++) {
            String other = bench.key("long/other-" + round);
            bench.put(other, bench.content(round));
            for (InputStream in : streams) {
                byte[] piece = in.readNBytes((int) step);
                long at = round * step;
                Expect.same(piece.length, (int) step, "the number of bytes read at " + at);
                for (int i = 0; i < piece.length; i++) {
                    Expect.that(piece[i] == content.at(at + i), "a wrong byte at " + (at + i), "the object");
                }
            }
            bench.destination().delete(other);
            bench.destination().discardAbandoned(SweepRules.FAR_AWAY);
        }
        for (InputStream in : streams) {
            Expect.same(
                    content.difference(in, rounds * step), Optional.empty(), "what a patient reader sees in the end");
        }
    }

    @Test
    @Rule("D11")
    void objects_come_and_go_in_one_folder(Bench bench) throws Exception {
        bench.crew().together(Math.min(8, bench.profile().writers()), "writing and deleting at once", thread -> () -> {
            for (int round = 0; round < 3 * bench.profile().rounds(); round++) {
                String key = bench.key("folder/shared/t" + thread);
                Content content = bench.content(10 + round);
                bench.put(key, content);
                bench.expectBytes(bench.destination(), key, content, 0, "while others empty its folder");
                bench.destination().delete(key);
                bench.expectAbsent(bench.destination(), key, "after its deletion");
            }
            return true;
        });
    }
}
