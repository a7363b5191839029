package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.ObjectUpload;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which sizes work, and how they may be written. */
abstract class SizeRules {
    @Test
    @Rule("D15")
    void an_empty_object_works(Bench bench) throws Exception {
        expectRoundTrip(bench, bench.content(0));
    }

    @Test
    @Rule("D15")
    void one_byte_works(Bench bench) throws Exception {
        expectRoundTrip(bench, bench.content(1));
    }

    @Test
    @Rule("D15")
    void sizes_around_every_boundary_work(Bench bench) throws Exception {
        TreeSet<Long> sizes = new TreeSet<>();
        for (long boundary : bench.suite().boundaries()) {
            sizes.addAll(
                    List.of(boundary - 1, boundary, boundary + 1, 2 * boundary - 1, 2 * boundary, 2 * boundary + 1));
        }
        for (long size : sizes) {
            expectRoundTrip(bench, bench.content(size));
        }
    }

    @Test
    @Rule("D15")
    void many_parts_work(Bench bench) throws Exception {
        expectRoundTrip(bench, bench.bigContent());
    }

    private static void expectRoundTrip(Bench bench, Content content) throws Exception {
        String key = bench.key("size-" + content.size());
        bench.put(key, content);
        bench.expectObject(bench.destination(), key, content, "after its commit");
    }

    @Test
    @Rule("D15")
    void bytes_may_be_written_one_by_one(Bench bench) throws Exception {
        Content content = bench.content(20_011);
        try (ObjectUpload upload = bench.destination().upload(bench.key("bytewise"))) {
            for (int i = 0; i < content.size(); i++) {
                upload.write(content.at(i));
            }
            upload.commit();
        }
        bench.expectObject(bench.destination(), bench.key("bytewise"), content, "written byte by byte");
    }

    @Test
    @Rule("D15")
    void bytes_may_be_written_in_pieces_of_any_size(Bench bench) throws Exception {
        int large = bench.largestBoundary();
        for (int piece : List.of(7, 1021, 8191, large - 1, large, large + 1, 2 * large + 3)) {
            Content content = bench.content(Math.min(3L * piece + 5, 3L * large + 5));
            String key = bench.key("pieces-" + piece);
            try (ObjectUpload upload = bench.destination().upload(key)) {
                content.writeTo(upload, piece, 0, content.size());
                upload.flush();
                upload.commit();
            }
            bench.expectObject(bench.destination(), key, content, "written in pieces of " + piece + " bytes");
        }
    }

    @Test
    @Rule("D15")
    void a_flush_between_writes_changes_nothing(Bench bench) throws Exception {
        int large = bench.largestBoundary();
        Content content = bench.content(3L * large + 5);
        String key = bench.key("flushed");
        try (ObjectUpload upload = bench.destination().upload(key)) {
            for (long at = 0; at < content.size(); at += large / 2 + 1) {
                content.writeTo(upload, 1021, at, Math.min(at + large / 2 + 1, content.size()));
                upload.flush();
            }
            upload.commit();
        }
        bench.expectObject(bench.destination(), key, content, "written with a flush here and there");
    }

    @Test
    @Rule("D15")
    void a_writers_buffer_may_be_used_again(Bench bench) throws Exception {
        Content content = bench.content(3L * bench.largestBoundary());
        byte[] all = content.bytes();
        byte[] buffer = new byte[bench.largestBoundary() + 50];
        try (ObjectUpload upload = bench.destination().upload(bench.key("reused"))) {
            for (int at = 0; at < all.length; ) {
                int count = Math.min(bench.largestBoundary(), all.length - at);
                System.arraycopy(all, at, buffer, 25, count);
                upload.write(buffer, 25, count);
                Arrays.fill(buffer, (byte) 0x5A);
                at += count;
            }
            upload.write(buffer, 10, 0);
            upload.commit();
        }
        bench.expectObject(
                bench.destination(), bench.key("reused"), content, "written from a buffer that was changed after");
    }
}
