package io.holdfast.backup.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RecordStreamTest {
    private static final SnapshotFormat NOTES = new SnapshotFormat("notes", 3);
    private static final int HEADER_BYTES = 8 + 1 + 1 + 4 + 5 + 4;

    @Test
    void what_is_read_is_what_was_written() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<byte[]> records = randomRecords(random);
            byte[] stream = write(records);

            assertThat(read(new ByteArrayInputStream(stream)))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(records);
        }
    }

    @Test
    void a_stream_that_comes_one_byte_at_a_time_is_read_as_well() throws IOException {
        List<byte[]> records =
                List.of(new byte[0], bytes(1, 10), bytes(2, 200_000), bytes(3, 65_536), bytes(4, 65_535));

        assertThat(read(Streams.trickle(write(records)))).containsExactlyElementsOf(records);
    }

    @Test
    void records_of_every_length_around_the_buffer_come_back() throws IOException {
        for (int length : new int[] {0, 1, 65_525, 65_526, 65_527, 65_528, 65_532, 65_536, 65_537, 131_072, 1 << 20}) {
            List<byte[]> records = List.of(bytes(1, length), bytes(2, 3), bytes(3, length));

            assertThat(read(new ByteArrayInputStream(write(records))))
                    .as("%d bytes", length)
                    .containsExactlyElementsOf(records);
        }
    }

    @Test
    void the_bytes_are_those_of_the_format() throws IOException {
        byte[] stream = write(List.of("hello".getBytes(), new byte[0]));

        assertThat(HexFormat.of().formatHex(stream))
                .isEqualTo("4846" + "7265636f7264" + "01" + "09" + "00000003" + "6e6f746573" + crc(stream, 19)
                        + "00000005" + "68656c6c6f" + crc(stream, 19, 23, 32)
                        + "00000000" + crc(stream, 19, 23, 32, 36, 40)
                        + "ffffffff" + "0000000000000002" + crc(stream, 19, 23, 32, 36, 40, 44, 56));
    }

    @Test
    void every_flipped_bit_is_refused() throws IOException {
        byte[] stream = write(List.of(bytes(1, 5), new byte[0], bytes(2, 30)));
        for (int bit = 0; bit < stream.length * 8; bit++) {
            byte[] flipped = stream.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);

            assertCorrupt(flipped, "bit " + bit);
        }
    }

    @Test
    void every_truncation_is_refused_with_the_offset() throws IOException {
        byte[] stream = write(List.of(bytes(1, 5), new byte[0], bytes(2, 30)));
        for (int length = 0; length < stream.length; length++) {
            byte[] cut = Arrays.copyOf(stream, length);
            int end = length;

            assertThatThrownBy(() -> read(new ByteArrayInputStream(cut)))
                    .isInstanceOf(RestoreCorruptException.class)
                    .hasMessageContaining("end of the stream after " + end + " bytes in all");
        }
    }

    @Test
    void bytes_after_the_end_mark_are_refused() throws IOException {
        byte[] stream = write(List.of(bytes(1, 5)));

        assertCorrupt(Arrays.copyOf(stream, stream.length + 1), "a byte more");
        assertThatThrownBy(() -> read(
                        new SequenceInputStream(new ByteArrayInputStream(stream), new ByteArrayInputStream(stream))))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("after the end mark at byte " + stream.length);
    }

    @Test
    void records_that_are_missing_repeated_or_out_of_order_are_refused() throws IOException {
        int count = 6;
        int length = 12;
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(bytes(i, length));
        }
        byte[] stream = write(records);
        for (int a = 0; a < count; a++) {
            List<Integer> missing = order(count);
            missing.remove(a);
            assertCorrupt(rearranged(stream, length, missing), "without " + a);
            for (int b = 0; b <= count; b++) {
                List<Integer> repeated = order(count);
                repeated.add(b, a);
                assertCorrupt(rearranged(stream, length, repeated), a + " again at " + b);
            }
            for (int b = a + 1; b < count; b++) {
                List<Integer> swapped = order(count);
                Collections.swap(swapped, a, b);
                assertCorrupt(rearranged(stream, length, swapped), a + " and " + b + " swapped");
            }
        }
    }

    @Test
    void a_record_of_another_stream_at_the_same_place_is_refused() throws IOException {
        byte[] one = write(List.of(bytes(1, 9), bytes(2, 9), bytes(3, 9)));
        byte[] other = write(List.of(bytes(1, 9), bytes(7, 9), bytes(3, 9)));
        int record = 4 + 9 + 4;
        byte[] spliced = one.clone();
        System.arraycopy(other, HEADER_BYTES + record, spliced, HEADER_BYTES + record, record);

        assertCorrupt(spliced, "spliced");
    }

    @Test
    void equal_records_are_told_apart_by_their_place() throws IOException {
        byte[] stream = write(List.of(bytes(1, 9), bytes(1, 9), bytes(1, 9)));

        assertCorrupt(rearranged(stream, 9, List.of(0, 1)), "one less");
        assertCorrupt(rearranged(stream, 9, List.of(0, 1, 2, 2)), "one more");
    }

    @Test
    void records_of_another_engine_are_foreign() throws IOException {
        byte[] stream = write(new SnapshotFormat("other", 3), List.of());

        assertThatThrownBy(() -> read(new ByteArrayInputStream(stream)))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("engine notes, found one of engine other");
    }

    @Test
    void another_schema_version_is_named() throws IOException {
        byte[] stream = write(new SnapshotFormat("notes", 4), List.of());

        assertThatThrownBy(() -> read(new ByteArrayInputStream(stream)))
                .isInstanceOf(SchemaVersionMismatchException.class)
                .hasMessageContaining("version 3, found version 4");
    }

    @Test
    void a_sound_header_of_another_form_is_a_mismatch_of_versions() throws IOException {
        byte[] header = ByteBuffer.allocate(8 + 2 + 3 + 4)
                .put("HFrecord".getBytes())
                .put((byte) 2)
                .put((byte) 3)
                .array();
        CRC32C crc = new CRC32C();
        crc.update(header, 0, 13);
        ByteBuffer.wrap(header).putInt(13, (int) crc.getValue());

        assertThatThrownBy(() -> read(new ByteArrayInputStream(header)))
                .isInstanceOf(SchemaVersionMismatchException.class)
                .hasMessageContaining("version 1 of the stream of records, found 2");
    }

    @Test
    void random_bytes_are_refused() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] garbage = bytes(seed, random.nextInt(100));

            assertCorrupt(garbage, "seed " + seed);
        }
    }

    @Test
    void a_record_beyond_the_readers_limit_is_refused() throws IOException {
        byte[] stream = write(List.of(bytes(1, 101)));

        assertThatThrownBy(() -> new RecordReader(new ByteArrayInputStream(stream), NOTES, 100).next())
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("at most 100 bytes")
                .hasMessageContaining("101");
    }

    @Test
    void a_record_beyond_the_writers_limit_is_refused_and_leaves_the_stream_sound() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out, NOTES, 100);
        writer.write(bytes(1, 100));

        assertThatThrownBy(() -> writer.write(bytes(1, 101))).isInstanceOf(IllegalArgumentException.class);
        writer.finish();
        assertThat(read(new ByteArrayInputStream(out.toByteArray()))).containsExactly(bytes(1, 100));
    }

    @Test
    void failures_of_the_input_pass_as_they_are() throws IOException {
        byte[] stream = write(List.of(bytes(1, 5), bytes(2, 30)));
        for (Exception failure : List.of(new IOException("broken"), new BackupAbortedException("cancelled"))) {
            for (int limit = 0; limit <= stream.length; limit++) {
                InputStream in = Streams.failingAfter(stream, limit, failure);

                assertThatThrownBy(() -> read(in)).as("after %d bytes", limit).isSameAs(failure);
            }
        }
    }

    @Test
    void failures_of_the_output_pass_as_they_are_and_end_the_stream() {
        for (Exception failure : List.of(new IOException("broken"), new BackupAbortedException("cancelled"))) {
            for (long limit : new long[] {0, 1, 60_000, 70_000, 199_999}) {
                RecordWriter writer =
                        new RecordWriter(Streams.failingAfter(OutputStream.nullOutputStream(), limit, failure), NOTES);

                assertThatThrownBy(() -> {
                            writer.write(bytes(1, 30_000));
                            writer.write(bytes(2, 200_000));
                            writer.finish();
                        })
                        .as("after %d bytes", limit)
                        .isSameAs(failure);
                assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void a_stream_without_finish_counts_as_cut() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out, NOTES);
        writer.write(bytes(1, 100_000));

        assertCorrupt(out.toByteArray(), "not finished");
    }

    @Test
    void nothing_is_written_after_the_end() throws IOException {
        RecordWriter writer = new RecordWriter(OutputStream.nullOutputStream(), NOTES);
        writer.finish();

        assertThatThrownBy(() -> writer.write(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_view_of_a_record_is_read_only_and_holds_nothing_else() throws IOException {
        RecordReader reader =
                new RecordReader(new ByteArrayInputStream(write(List.of(bytes(1, 5), bytes(2, 7)))), NOTES);
        assertThatThrownBy(reader::record).isInstanceOf(IllegalStateException.class);
        reader.next();
        reader.next();

        assertThat(reader.record().capacity()).isEqualTo(7);
        assertThat(reader.record()).isEqualTo(ByteBuffer.wrap(bytes(2, 7)));
        assertThat(reader.record().isReadOnly()).isTrue();
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
        assertThat(reader.records()).isEqualTo(2);
        assertThatThrownBy(reader::toByteArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_format_or_a_limit_out_of_its_bounds_is_refused() {
        for (String tag : List.of("", "a b", "ä", "x".repeat(65))) {
            assertThatThrownBy(() -> new SnapshotFormat(tag, 1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SnapshotFormat("notes", -1)).isInstanceOf(IllegalArgumentException.class);
        for (int limit : new int[] {0, -1, RecordWriter.GREATEST_MAX_RECORD_BYTES + 1}) {
            assertThatThrownBy(() -> new RecordWriter(OutputStream.nullOutputStream(), NOTES, limit))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void assertCorrupt(byte[] stream, String how) {
        assertThatThrownBy(() -> read(new ByteArrayInputStream(stream)))
                .as(how)
                .isInstanceOf(RestoreCorruptException.class);
    }

    private static byte[] write(List<byte[]> records) throws IOException {
        return write(NOTES, records);
    }

    private static byte[] write(SnapshotFormat format, List<byte[]> records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out, format);
        for (byte[] record : records) {
            writer.write(record);
        }
        writer.finish();
        return out.toByteArray();
    }

    private static List<byte[]> read(InputStream in) throws IOException {
        List<byte[]> records = new ArrayList<>();
        RecordReader reader = new RecordReader(in, NOTES);
        while (reader.next()) {
            records.add(reader.toByteArray());
        }
        return records;
    }

    private static byte[] rearranged(byte[] stream, int recordBytes, List<Integer> order) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(stream, 0, HEADER_BYTES);
        int framed = 4 + recordBytes + 4;
        for (int record : order) {
            out.write(stream, HEADER_BYTES + record * framed, framed);
        }
        out.write(stream, stream.length - 16, 16);
        return out.toByteArray();
    }

    private static List<Integer> order(int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        return order;
    }

    private static List<byte[]> randomRecords(Random random) {
        List<byte[]> records = new ArrayList<>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            records.add(bytes(random.nextInt(), random.nextInt(random.nextInt(10) == 0 ? 300_000 : 1_000)));
        }
        return records;
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The checksum of the stream's bytes up to the first bound, from the second to the third, and so on. */
    private static String crc(byte[] stream, int... bounds) {
        CRC32C crc = new CRC32C();
        int from = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            crc.update(stream, from, bounds[i] - from);
            from = i + 1 < bounds.length ? bounds[i + 1] : bounds[i];
        }
        return String.format("%08x", (int) crc.getValue());
    }
}
