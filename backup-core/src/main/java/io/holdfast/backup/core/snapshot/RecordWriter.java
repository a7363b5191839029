package io.holdfast.backup.core.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot as a stream of records, which {@link RecordReader} can tell from every other stream and from every part of
 * itself: a store that uses both keeps rule A4. The bytes are described in {@code docs/FORMAT.md}.
 *
 * <p>Buffers 64 KiB by itself. Never closes the stream below, and passes its exceptions on as they are; after one, every call is
 * an {@link IllegalStateException}. For use by one thread at a time.
 */
public final class RecordWriter {
    /** The longest record, in bytes, when nothing else is said: 16 MiB. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 16 << 20;

    /** The greatest limit that may be set on the length of records: 1 GiB. */
    public static final int GREATEST_MAX_RECORD_BYTES = 1 << 30;

    static final byte[] MAGIC = "HFrecord".getBytes(StandardCharsets.US_ASCII);
    static final int FORMAT_VERSION = 1;
    static final int END_MARK = -1;

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final int maxRecordBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** Over every byte of the stream so far but the checksums: so each of them also tells where in the stream it belongs. */
    private final CRC32C checksum = new CRC32C();

    private long records;
    private boolean usable = true;

    /**
     * Begins a stream with records of at most {@link #DEFAULT_MAX_RECORD_BYTES}. Nothing is written as yet.
     *
     * @param out where the stream goes; not closed
     * @param format whose records these are
     */
    public RecordWriter(OutputStream out, SnapshotFormat format) {
        this(out, format, DEFAULT_MAX_RECORD_BYTES);
    }

    /**
     * Begins a stream. Nothing is written as yet.
     *
     * @param out where the stream goes; not closed
     * @param format whose records these are
     * @param maxRecordBytes the longest record, 1 to {@link #GREATEST_MAX_RECORD_BYTES}; at most what the reader allows
     * @throws IllegalArgumentException if the limit is out of its bounds
     */
    public RecordWriter(OutputStream out, SnapshotFormat format, int maxRecordBytes) {
        this.out = Objects.requireNonNull(out, "out");
        this.maxRecordBytes = requireLimit(maxRecordBytes);
        byte[] tag = format.engineTag().getBytes(StandardCharsets.US_ASCII);
        buffer.put(MAGIC).put((byte) FORMAT_VERSION).put((byte) (Integer.BYTES + tag.length));
        buffer.putInt(format.schemaVersion()).put(tag);
        checksum.update(buffer.array(), 0, buffer.position());
        putChecksum();
    }

    static int requireLimit(int maxRecordBytes) {
        if (maxRecordBytes < 1 || maxRecordBytes > GREATEST_MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("Expected a limit of 1 to " + GREATEST_MAX_RECORD_BYTES
                    + " bytes on the length of records, found " + maxRecordBytes);
        }
        return maxRecordBytes;
    }

    /**
     * Writes a record.
     *
     * @param record its bytes; none is fine
     * @throws IllegalArgumentException if it is longer than the limit; nothing was written
     * @throws IllegalStateException if the stream was finished, or an earlier call has failed
     * @throws IOException if the stream below fails
     */
    public void write(byte[] record) throws IOException {
        write(record, 0, record.length);
    }

    /**
     * Writes a record.
     *
     * @param bytes an array that holds the record
     * @param offset where it begins
     * @param length how many bytes it has; 0 is fine
     * @throws IllegalArgumentException if it is longer than the limit; nothing was written
     * @throws IllegalStateException if the stream was finished, or an earlier call has failed
     * @throws IndexOutOfBoundsException if the array has no such range
     * @throws IOException if the stream below fails
     */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireUsable();
        if (length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "Expected a record of at most " + maxRecordBytes + " bytes, found one of " + length);
        }
        makeRoom(Integer.BYTES);
        putChecked(length);
        checksum.update(bytes, offset, length);
        if (length > buffer.remaining()) {
            flush();
        }
        if (length > buffer.remaining()) {
            send(bytes, offset, length);
        } else {
            buffer.put(bytes, offset, length);
        }
        makeRoom(Integer.BYTES);
        putChecksum();
        records++;
    }

    /**
     * Ends the stream and flushes the one below. Without this call the stream counts as cut.
     *
     * @throws IllegalStateException if the stream was finished, or an earlier call has failed
     * @throws IOException if the stream below fails
     */
    public void finish() throws IOException {
        requireUsable();
        makeRoom(Integer.BYTES + Long.BYTES + Integer.BYTES);
        putChecked(END_MARK);
        buffer.putLong(records);
        checksum.update(buffer.array(), buffer.position() - Long.BYTES, Long.BYTES);
        putChecksum();
        flush();
        usable = false;
        out.flush();
    }

    /** Returns how many records were written so far. */
    public long records() {
        return records;
    }

    private void putChecked(int number) {
        buffer.putInt(number);
        checksum.update(buffer.array(), buffer.position() - Integer.BYTES, Integer.BYTES);
    }

    private void putChecksum() {
        buffer.putInt((int) checksum.getValue());
    }

    private void makeRoom(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        send(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    private void send(byte[] bytes, int offset, int length) throws IOException {
        // How much of it was taken when this throws, nobody knows: nothing sound can follow.
        usable = false;
        out.write(bytes, offset, length);
        usable = true;
    }

    private void requireUsable() {
        if (!usable) {
            throw new IllegalStateException(
                    "Expected a stream of records that goes on, found one that was finished or has failed");
        }
    }
}
