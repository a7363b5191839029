package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Recovery;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What reading gives. */
abstract class ReadRules {
    @Test
    @Rule("D8")
    void a_read_begins_at_any_offset(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        TreeSet<Long> offsets = new TreeSet<>(List.of(0L, 1L, 17L, content.size() / 2, content.size() - 1));
        for (long boundary : bench.suite().boundaries()) {
            offsets.addAll(List.of(boundary - 1, boundary, boundary + 1, 2 * boundary));
        }
        for (long offset : offsets) {
            bench.expectBytes(bench.destination(), key, content, offset, "after its commit");
        }
    }

    @Test
    @Rule("D8")
    void a_read_at_the_objects_size_is_empty(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(0), bench.content(10), bench.bigContent())) {
            String key = bench.key("object-" + content.size());
            bench.put(key, content);
            bench.expectBytes(bench.destination(), key, content, content.size(), "at its end");
        }
    }

    @Test
    @Rule("D8")
    void a_read_past_the_end_is_refused(Bench bench) throws Exception {
        for (Content content : List.of(bench.content(0), bench.content(10), bench.bigContent())) {
            String key = bench.key("object-" + content.size());
            bench.put(key, content);
            for (long offset : List.of(content.size() + 1, content.size() + 100_000, Long.MAX_VALUE)) {
                expectRefused(bench, key, offset);
            }
        }
    }

    @Test
    @Rule("D8")
    void a_read_at_a_negative_offset_is_refused(Bench bench) throws Exception {
        String key = bench.key("object");
        bench.put(key, bench.content(10));
        expectRefused(bench, key, -1);
        expectRefused(bench, key, Long.MIN_VALUE);
    }

    private static void expectRefused(Bench bench, String key, long offset) {
        Expect.thrown(
                IllegalArgumentException.class,
                "open at offset " + offset,
                () -> bench.destination().open(key, offset).close());
    }

    @Test
    @Rule("D8")
    void every_byte_can_be_read_alone(Bench bench) throws Exception {
        Content content = bench.content(2000);
        String key = bench.key("object");
        bench.put(key, content);
        try (InputStream in = bench.destination().open(key, 0)) {
            for (int i = 0; i < content.size(); i++) {
                Expect.same(in.read(), content.at(i) & 0xFF, "what read() returns for the byte at " + i);
            }
            Expect.same(in.read(), -1, "what read() returns at the end");
            Expect.same(in.read(), -1, "what read() returns at the end, asked again");
            Expect.same(in.read(new byte[5], 0, 5), -1, "what read(byte[5]) returns at the end");
        }
    }

    @Test
    @Rule("D8")
    void a_read_fills_only_what_it_was_given(Bench bench) throws Exception {
        Content content = bench.content(100);
        String key = bench.key("object");
        bench.put(key, content);
        byte[] target = new byte[50];
        try (InputStream in = bench.destination().open(key, 0)) {
            Expect.same(in.read(target, 3, 0), 0, "what a read of 0 bytes returns");
            Expect.same(in.readNBytes(target, 10, 20), 20, "the number of bytes read");
            in.skipNBytes(30);
            Expect.same(in.read(), content.at(50) & 0xFF, "the byte at 50, after 20 were read and 30 skipped,");
        }
        for (int i = 0; i < target.length; i++) {
            byte wanted = i >= 10 && i < 30 ? content.at(i - 10) : 0;
            Expect.same(target[i], wanted, "index " + i + " of a buffer of which 10 to 29 were to be filled");
        }
    }

    @Test
    @Rule("D8")
    void a_read_may_skip_over_any_boundary(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        for (long boundary : bench.suite().boundaries()) {
            for (long skipped : List.of(boundary - 1, boundary, boundary + 1, 2 * boundary)) {
                try (InputStream in = bench.destination().open(key, 0)) {
                    in.read();
                    in.skipNBytes(skipped);
                    Expect.same(
                            content.difference(in, skipped + 1),
                            Optional.empty(),
                            "what is read after 1 byte was read and " + skipped + " skipped");
                }
            }
        }
    }

    @Test
    @Rule("D8")
    void readers_of_one_object_do_not_disturb_each_other(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        try (InputStream one = bench.destination().open(key, 0);
                InputStream other = bench.destination().open(key, 10)) {
            for (int i = 0; i < 1000; i++) {
                Expect.same(one.read(), content.at(i) & 0xFF, "the byte at " + i + " for one reader");
                Expect.same(
                        other.read(), content.at(i + 10) & 0xFF, "the byte at " + (i + 10) + " for the other reader");
            }
            one.skipNBytes(1);
            Expect.same(
                    content.difference(other, 1010),
                    Optional.empty(),
                    "what one reader sees after the other went its way");
        }
    }

    @Test
    @Rule("D8")
    void a_read_that_breaks_off_fails_and_may_be_retried(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        for (long offset : List.of(0L, content.size() / 3)) {
            bench.during(Fault.READ_BREAKS, () -> {
                DestinationException failure = Expect.thrown(
                        DestinationException.class,
                        "reading " + (content.size() - offset) + " bytes while the connection breaks",
                        () -> readAll(bench, key, content, offset));
                Expect.same(failure.code().recovery(), Recovery.RETRY, "the recovery of " + failure);
            });
            bench.expectBytes(bench.destination(), key, content, offset, "after an earlier read broke off");
        }
    }

    private static void readAll(Bench bench, String key, Content content, long offset) throws IOException {
        try (InputStream in = bench.destination().open(key, offset)) {
            Expect.same(content.difference(in, offset), Optional.empty(), "the difference");
        }
    }

    @Test
    @Rule("D8")
    void a_reader_of_a_deleted_object_reads_on_or_fails(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        try (InputStream in = bench.destination().open(key, 0)) {
            Expect.same(in.read(), content.at(0) & 0xFF, "the first byte");
            bench.destination().delete(key);
            try {
                Expect.same(content.difference(in, 1), Optional.empty(), "what a reader sees after the deletion");
            } catch (BackupException e) {
                Expect.that(e instanceof DestinationException, "the reader was told " + e, "a DestinationException");
            }
        }
    }

    @Test
    @Rule("D1")
    void a_reader_is_given_nothing_of_a_later_object_under_its_key(Bench bench) throws Exception {
        Content content = bench.bigContent();
        String key = bench.key("object");
        bench.put(key, content);
        try (InputStream in = bench.destination().open(key, 0)) {
            Expect.same(in.read(), content.at(0) & 0xFF, "the first byte");
            bench.destination().delete(key);
            bench.put(key, bench.content(content.size()));
            try {
                Expect.same(
                        content.difference(in, 1),
                        Optional.empty(),
                        "what a reader sees after another object took the key");
            } catch (BackupException e) {
                Expect.that(bench.destination().stat(key).isPresent(), "the later object is gone as well", "it stays");
            }
        }
    }

    @Test
    @Rule("D9")
    void a_missing_object_is_reported_as_missing(Bench bench) throws Exception {
        bench.put(bench.key("there-1"), bench.content(1));
        for (String name : List.of("there", "there-2", "no/such/folder/either")) {
            String key = bench.key(name);
            Expect.that(bench.destination().stat(key).isEmpty(), "stat finds something at " + key, "nothing");
            for (long offset : List.of(0L, 5L)) {
                DestinationException failure = Expect.code(
                        ErrorCode.DESTINATION_OBJECT_MISSING,
                        "open " + key,
                        () -> bench.destination().open(key, offset).close());
                Expect.same(failure.key(), Optional.of(key), "the key of the failure");
            }
        }
    }
}
