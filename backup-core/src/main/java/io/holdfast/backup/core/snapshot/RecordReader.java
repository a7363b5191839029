package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Reads what {@link RecordWriter} wrote, and hands on no byte before its checksum was found right. A stream that is cut, changed
 * or foreign, or in which whole records are missing, repeated or out of order, is a {@link RestoreCorruptException} that says
 * what was expected, what was found and at which offset, in bytes from the start.
 *
 * <p>What was read is a whole snapshot only once {@link #next} has returned false: a store commits then, not before. The
 * checksums guard against accidents. Against malice they do not: the archive's own digest does.
 *
 * <p>The heap used is 64 KiB and at most four times the part of the longest record that has really arrived, whatever a damaged
 * length claims. Reads ahead to the end of the stream, so nothing else can be in it. Never closes it, and passes its exceptions
 * on as they are; after any exception the reader is of no further use. For use by one thread at a time.
 */
public final class RecordReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxRecordBytes;
    /** Over every byte of the stream so far but the checksums. */
    private final CRC32C checksum = new CRC32C();

    private byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    /** Where in the stream the buffer begins. */
    private long base;

    private int recordStart;
    private int recordLength = -1;
    private long records;
    private boolean ended;

    /**
     * Reads the header of a stream with records of at most {@link RecordWriter#DEFAULT_MAX_RECORD_BYTES}.
     *
     * @param in the snapshot, read to its end; need not be buffered; not closed
     * @param format whose records are expected
     * @throws RestoreCorruptException if this is no stream of records, or another engine's, or its header is damaged
     * @throws SchemaVersionMismatchException if the records are of another schema version, or the stream was written by a release
     *     whose records have another form
     * @throws IOException if the stream below fails
     */
    public RecordReader(InputStream in, SnapshotFormat format) throws IOException {
        this(in, format, RecordWriter.DEFAULT_MAX_RECORD_BYTES);
    }

    /**
     * Reads the header of a stream.
     *
     * @param in the snapshot, read to its end; need not be buffered; not closed
     * @param format whose records are expected
     * @param maxRecordBytes the longest record that is accepted, 1 to {@link RecordWriter#GREATEST_MAX_RECORD_BYTES}
     * @throws IllegalArgumentException if the limit is out of its bounds
     * @throws RestoreCorruptException if this is no stream of records, or another engine's, or its header is damaged
     * @throws SchemaVersionMismatchException if the records are of another schema version, or the stream was written by a release
     *     whose records have another form
     * @throws IOException if the stream below fails
     */
    public RecordReader(InputStream in, SnapshotFormat format, int maxRecordBytes) throws IOException {
        this.in = Objects.requireNonNull(in, "in");
        this.maxRecordBytes = RecordWriter.requireLimit(maxRecordBytes);
        readHeader(Objects.requireNonNull(format, "format"));
    }

    /**
     * Goes on to the next record.
     *
     * @return true if there is one; false after the last, when the whole stream was read and found right
     * @throws RestoreCorruptException if the stream is cut or changed, or goes on after its end mark
     * @throws IOException if the stream below fails
     */
    public boolean next() throws IOException {
        if (ended) {
            return false;
        }
        recordLength = -1;
        long start = offset();
        require(Integer.BYTES, "the length of a record or the end mark");
        int length = readInt();
        checksum.update(buffer, position - Integer.BYTES, Integer.BYTES);
        if (length == RecordWriter.END_MARK) {
            readEnd(start);
            ended = true;
            return false;
        }
        if (length < 0 || length > maxRecordBytes) {
            throw corrupt(
                    start,
                    "a record of at most " + maxRecordBytes + " bytes",
                    "a length of " + Integer.toUnsignedString(length));
        }
        require(length + Integer.BYTES, "the " + length + " bytes of a record and its checksum");
        checksum.update(buffer, position, length);
        position += length;
        requireChecksum(start, "record " + records);
        recordStart = position - Integer.BYTES - length;
        recordLength = length;
        records++;
        return true;
    }

    /**
     * Returns the bytes of the record that {@link #next} has come to: a read-only view, big-endian, from position 0 to the length
     * of the record. It is valid until the next call of {@code next}.
     *
     * @throws IllegalStateException if the last call of {@code next} did not return true
     */
    public ByteBuffer record() {
        requireRecord();
        return ByteBuffer.wrap(buffer).slice(recordStart, recordLength).asReadOnlyBuffer();
    }

    /**
     * Returns a copy of the bytes of the record that {@link #next} has come to.
     *
     * @throws IllegalStateException if the last call of {@code next} did not return true
     */
    public byte[] toByteArray() {
        requireRecord();
        return Arrays.copyOfRange(buffer, recordStart, recordStart + recordLength);
    }

    /** Returns how many records were read so far. */
    public long records() {
        return records;
    }

    private void readHeader(SnapshotFormat format) throws IOException {
        int fixed = RecordWriter.MAGIC.length + 2;
        require(fixed, "the header of a stream of records");
        if (!Arrays.equals(buffer, 0, RecordWriter.MAGIC.length, RecordWriter.MAGIC, 0, RecordWriter.MAGIC.length)) {
            throw corrupt(0, "a stream of records", "other bytes: not written by a RecordWriter, or damaged");
        }
        int version = buffer[fixed - 2] & 0xff;
        int rest = buffer[fixed - 1] & 0xff;
        require(fixed + rest + Integer.BYTES, "the header of a stream of records");
        checksum.update(buffer, 0, fixed + rest);
        position = fixed + rest;
        requireChecksum(0, "the header");
        // Only now: until here it might as well have been a flipped bit.
        if (version != RecordWriter.FORMAT_VERSION) {
            throw new SchemaVersionMismatchException("Expected version " + RecordWriter.FORMAT_VERSION
                    + " of the stream of records, found " + version + ": another release of Holdfast wrote it");
        }
        if (rest <= Integer.BYTES) {
            throw corrupt(0, "a header with an engine tag", "one without");
        }
        int schemaVersion = ByteBuffer.wrap(buffer).getInt(fixed);
        String tag = new String(buffer, fixed + Integer.BYTES, rest - Integer.BYTES, StandardCharsets.US_ASCII);
        format.require(tag, schemaVersion);
    }

    private void readEnd(long start) throws IOException {
        require(Long.BYTES + Integer.BYTES, "the number of records and the last checksum");
        long count = ByteBuffer.wrap(buffer).getLong(position);
        checksum.update(buffer, position, Long.BYTES);
        position += Long.BYTES;
        requireChecksum(start, "the end mark");
        if (count != records) {
            throw corrupt(start, records + " records before the end mark", "an end mark after " + count);
        }
        if (position < limit || in.read(buffer, 0, 1) >= 0) {
            throw corrupt(offset(), "the end of the stream after the end mark", "more bytes");
        }
    }

    private void requireChecksum(long start, String what) {
        int stored = readInt();
        int computed = (int) checksum.getValue();
        if (stored != computed) {
            throw corrupt(
                    start,
                    String.format("the checksum %08x after %s", computed, what),
                    String.format(
                            "%08x: bytes have changed, or records are missing, repeated or out of order", stored));
        }
    }

    private int readInt() {
        int number = ByteBuffer.wrap(buffer).getInt(position);
        position += Integer.BYTES;
        return number;
    }

    /** Reads on until so many bytes from {@code position} on are in the buffer. */
    private void require(int bytes, String what) throws IOException {
        while (limit - position < bytes) {
            if (limit == buffer.length) {
                makeRoom(bytes);
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                throw corrupt(offset(), what, "the end of the stream after " + (base + limit) + " bytes in all");
            }
            limit += read;
        }
    }

    /** Grows only once half the buffer has arrived, so that a length alone claims no heap. */
    private void makeRoom(int bytes) {
        int kept = limit - position;
        boolean grow = bytes > buffer.length && kept >= buffer.length / 2;
        byte[] target = grow ? new byte[(int) Math.min(bytes, 2L * buffer.length)] : buffer;
        System.arraycopy(buffer, position, target, 0, kept);
        base += position;
        buffer = target;
        position = 0;
        limit = kept;
    }

    private long offset() {
        return base + position;
    }

    private void requireRecord() {
        if (recordLength < 0) {
            throw new IllegalStateException("Expected a record that next() has come to, found none");
        }
    }

    private RestoreCorruptException corrupt(long offset, String expected, String found) {
        return new RestoreCorruptException("Expected " + expected + " at byte " + offset + " of the snapshot, after "
                + records + " records; found " + found);
    }
}
