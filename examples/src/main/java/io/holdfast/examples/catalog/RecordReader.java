package io.holdfast.examples.catalog;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads what {@link RecordWriter} writes. Whatever is cut, changed or foreign is a {@link RestoreCorruptException}, in bounded
 * memory. Does not close the stream below.
 */
final class RecordReader {
    private final InputStream source;
    private final DataInputStream in;
    private final int maxRecordBytes;
    private final CRC32C all = new CRC32C();
    private long count;

    RecordReader(InputStream source, String engine, int schemaVersion, int maxRecordBytes) throws IOException {
        this.source = source;
        this.in = new DataInputStream(source);
        this.maxRecordBytes = maxRecordBytes;
        readHeader(engine, schemaVersion);
    }

    /** Returns the next record; empty after the last, when the whole stream has been read and found right. */
    Optional<byte[]> next() throws IOException {
        try {
            int length = in.readInt();
            if (length == RecordWriter.END) {
                readEnd();
                return Optional.empty();
            }
            if (length < 0 || length > maxRecordBytes) {
                throw corrupt("a record of at most " + maxRecordBytes + " bytes", length + "");
            }
            byte[] record = in.readNBytes(length);
            if (record.length < length) {
                throw new EOFException();
            }
            CRC32C crc = new CRC32C();
            crc.update(record);
            requireSum("record " + count, crc, in.readInt());
            all.update(record);
            count++;
            return Optional.of(record);
        } catch (EOFException e) {
            throw new RestoreCorruptException(
                    "Expected an end mark, found the end of the stream after " + count + " records", e);
        }
    }

    private void readHeader(String engine, int schemaVersion) throws IOException {
        try {
            if (in.readInt() != RecordWriter.MAGIC) {
                throw corrupt("a stream of records", "something else");
            }
            byte[] name = in.readNBytes(in.readUnsignedByte());
            int version = in.readInt();
            CRC32C crc = new CRC32C();
            crc.update(name);
            crc.update(ByteBuffer.allocate(4).putInt(version).flip());
            requireSum("header", crc, in.readInt());
            String found = new String(name, StandardCharsets.US_ASCII);
            if (!found.equals(engine)) {
                throw corrupt("records of " + engine, "records of " + found);
            }
            if (version != schemaVersion) {
                throw new SchemaVersionMismatchException(
                        "Expected a snapshot of schema version " + schemaVersion + ", found " + version);
            }
        } catch (EOFException e) {
            throw new RestoreCorruptException("Expected the header of a stream of records, found the end", e);
        }
    }

    private void readEnd() throws IOException {
        long expected = in.readLong();
        requireSum("stream", all, in.readInt());
        if (expected != count) {
            throw corrupt(expected + " records", count + "");
        }
        if (source.read() >= 0) {
            throw corrupt("the end of the stream after the end mark", "more bytes");
        }
    }

    private static void requireSum(String what, CRC32C computed, int stored) {
        if ((int) computed.getValue() != stored) {
            throw corrupt("the CRC32C of the " + what, "another");
        }
    }

    private static RestoreCorruptException corrupt(String expected, String found) {
        return new RestoreCorruptException("Expected " + expected + ", found " + found);
    }
}
