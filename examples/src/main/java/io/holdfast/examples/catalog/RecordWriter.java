package io.holdfast.examples.catalog;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes a stream of records that its reader can tell from every other and from every part of itself: a header with the engine's
 * name and schema version, records with their length and CRC32C, and an end mark with their number and a CRC32C over all of
 * them. Does not buffer, and does not close the stream below.
 */
final class RecordWriter {
    static final int MAGIC = 0x48464331; // "HFC1"
    static final int END = 0;

    private final DataOutputStream out;
    private final CRC32C all = new CRC32C();
    private long count;

    RecordWriter(OutputStream out, String engine, int schemaVersion) throws IOException {
        this.out = new DataOutputStream(out);
        byte[] name = engine.getBytes(StandardCharsets.US_ASCII);
        CRC32C crc = new CRC32C();
        crc.update(name);
        crc.update(ByteBuffer.allocate(4).putInt(schemaVersion).flip());
        this.out.writeInt(MAGIC);
        this.out.writeByte(name.length);
        this.out.write(name);
        this.out.writeInt(schemaVersion);
        this.out.writeInt((int) crc.getValue());
    }

    void write(byte[] record) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(record);
        all.update(record);
        out.writeInt(record.length);
        out.write(record);
        out.writeInt((int) crc.getValue());
        count++;
    }

    void end() throws IOException {
        out.writeInt(END);
        out.writeLong(count);
        out.writeInt((int) all.getValue());
        out.flush();
    }
}
