package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A snapshot that is not whole and right is refused, and the target is as empty as before. */
abstract class DamageRules {
    private static final int CHANGES = 6;
    private static final long SEED = 20_817_001L;

    @Test
    @Rule("A4")
    void every_truncation_is_refused(StoreBench bench) throws Exception {
        byte[] good = good(bench);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        for (int length : bench.samples(good.length)) {
            bad.put("the first " + length + " of " + good.length + " bytes", Arrays.copyOf(good, length));
        }
        expectRefused(bench, good, bad);
    }

    @Test
    @Rule("A4")
    void a_changed_byte_is_refused(StoreBench bench) throws Exception {
        byte[] good = good(bench);
        Random random = new Random(SEED);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        for (int position : bench.samples(good.length)) {
            int bit = random.nextInt(8);
            byte[] flipped = good.clone();
            flipped[position] ^= (byte) (1 << bit);
            bad.put("a snapshot with bit " + bit + " of byte " + position + " flipped", flipped);
        }
        expectRefused(bench, good, bad);
    }

    @Test
    @Rule("A4")
    void what_was_cut_out_put_in_or_moved_is_refused(StoreBench bench) throws Exception {
        byte[] good = good(bench);
        Random random = new Random(SEED);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("a snapshot with a byte after its end", joined(good, new byte[] {0}));
        bad.put("a snapshot with another one after its end", joined(good, good));
        byte[] noise = new byte[64];
        random.nextBytes(noise);
        bad.put("a snapshot with 64 bytes after its end", joined(good, noise));
        for (int i = 0; i < bench.profile().samples() / 4; i++) {
            int from = random.nextInt(good.length);
            int to = from + 1 + random.nextInt(good.length - from);
            byte[] head = Arrays.copyOf(good, from);
            byte[] middle = Arrays.copyOfRange(good, from, to);
            byte[] tail = Arrays.copyOfRange(good, to, good.length);
            bad.put("a snapshot without its bytes " + from + " to " + to, joined(head, tail));
            bad.put("a snapshot with its bytes " + from + " to " + to + " twice", joined(head, middle, middle, tail));
            byte[] zeroed = good.clone();
            Arrays.fill(zeroed, from, to, (byte) 0);
            bad.put("a snapshot with zeros from " + from + " to " + to, zeroed);
        }
        bad.values().removeIf(bytes -> Arrays.equals(bytes, good));
        expectRefused(bench, good, bad);
    }

    @Test
    @Rule("A4")
    void a_foreign_stream_is_refused(StoreBench bench) throws Exception {
        byte[] noise = new byte[10_000];
        new Random(SEED).nextBytes(noise);
        expectRefused(
                bench,
                good(bench),
                Map.of(
                        "an empty stream",
                        new byte[0],
                        "one zero",
                        new byte[1],
                        "10,000 zeros",
                        new byte[10_000],
                        "10,000 random bytes",
                        noise,
                        "a text",
                        "INSERT INTO files VALUES (1, 'one');\n".repeat(100).getBytes(StandardCharsets.UTF_8),
                        "ones",
                        filled(4096, 0xFF),
                        "something like a zip",
                        joined("PK\3\4".getBytes(StandardCharsets.ISO_8859_1), noise)));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    @Rule("A4")
    void another_schema_version_is_named(StoreBench bench) throws Exception {
        byte[] good = good(bench);
        byte[] other = bench.suite()
                .otherSchema(good.clone())
                .orElseThrow(() -> new Untestable("no snapshot of another schema version; override otherSchema"));
        Backupable target = bench.open();
        Expect.thrown(
                SchemaVersionMismatchException.class,
                "restoring a snapshot of another schema version",
                () -> bench.restore(target, other));
        expectUsable(bench, target, good, "a snapshot of another schema version");
    }

    /** What Holdfast finds out at the end of a stream, it says instead of the end. */
    @Test
    @Rule("A4")
    void nothing_is_kept_of_a_stream_whose_end_is_an_error(StoreBench bench) throws Exception {
        // A long one, for stores that load in batches.
        byte[] good = bench.backUp(bench.filled(bench.profile().listed())).bytes();
        Backupable target = bench.open();
        BackupException end = new BackupException(
                ErrorCode.INTEGRITY_MISMATCH, "The conformance suite found that the stored bytes do not agree");
        BackupException thrown = Expect.anyBackupException(
                "restoring from a stream that fails where its end should be",
                () -> bench.restore(target, good, Integer.MAX_VALUE, new StoreContext(), position -> {
                    if (position == good.length) {
                        throw end;
                    }
                }));
        Expect.that(thrown == end, "restore threw " + thrown, "what the stream threw, unchanged: " + end);
        bench.expectEmpty(target, "the target after a stream that failed where its end should have been");
        expectUsable(bench, target, good(bench), "a stream that failed where its end should have been");
    }

    private static byte[] good(StoreBench bench) throws Exception {
        Backupable store = bench.filled(CHANGES);
        byte[] bytes = bench.backUp(store).bytes();
        bench.done(store);
        return bytes;
    }

    /** Tries all of them on one target, which is then to take the good one. */
    private static void expectRefused(StoreBench bench, byte[] good, Map<String, byte[]> bad) throws Exception {
        Backupable target = bench.open();
        for (Map.Entry<String, byte[]> each : bad.entrySet()) {
            expectRefused(bench, target, each.getKey(), each.getValue());
        }
        expectUsable(bench, target, good, "all of them were refused");
    }

    private static void expectRefused(StoreBench bench, Backupable target, String what, byte[] bytes) throws Exception {
        try {
            bench.restore(target, bytes);
        } catch (RestoreCorruptException | SchemaVersionMismatchException e) {
            bench.expectEmpty(target, "the target of " + what);
            return;
        } catch (IOException | RuntimeException e) {
            AssertionError failure = Expect.failure(
                    "restoring " + what + " threw " + e, "a RestoreCorruptException, with what was found as its cause");
            failure.initCause(e);
            throw failure;
        }
        throw Expect.failure(
                "restoring " + what + " succeeded, with "
                        + bench.contents(target).size() + " entries",
                "a RestoreCorruptException");
    }

    private static void expectUsable(StoreBench bench, Backupable target, byte[] good, String after) throws Exception {
        bench.expectEmpty(target, "the target after " + after);
        bench.expectReleased(target, after);
        bench.restore(target, good);
        Backupable source = bench.filled(CHANGES);
        bench.expectContents(target, bench.contents(source), "a good snapshot, restored after " + after + ",");
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
