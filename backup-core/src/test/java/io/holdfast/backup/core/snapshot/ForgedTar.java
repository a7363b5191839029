package io.holdfast.backup.core.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tars with right seals at both ends and anything between them. */
final class ForgedTar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarSink sink = new TarSink(bytes);
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(sink, 512, "UTF-8");

    ForgedTar(SnapshotFormat format) throws IOException {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        seal(TarSeal.BEGIN, TarSeal.beginning(format));
    }

    /** Lets the names of GNU's own long form be used, instead of extended headers. */
    ForgedTar gnuNames() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        return this;
    }

    ForgedTar file(String name) throws IOException {
        return entry(new TarArchiveEntry(name, TarConstants.LF_NORMAL, true), "x");
    }

    ForgedTar directory(String name) throws IOException {
        return entry(new TarArchiveEntry(name + "/", TarConstants.LF_DIR, true), "");
    }

    /** Adds what may be anything but a directory. */
    ForgedTar entry(TarArchiveEntry entry, String content) throws IOException {
        byte[] data = content.getBytes(StandardCharsets.UTF_8);
        entry.setSize(data.length);
        entry.setModTime(0L);
        tar.putArchiveEntry(entry);
        tar.write(data);
        tar.closeArchiveEntry();
        return this;
    }

    /** Adds a file with extended headers. */
    ForgedTar extended(Map<String, String> headers) throws IOException {
        return headers(headers).file("plain");
    }

    /** Adds extended headers for what comes next. */
    ForgedTar headers(Map<String, String> headers) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            records.write(record(header.getKey() + "=" + header.getValue()));
        }
        return claim("headers", TarConstants.LF_PAX_EXTENDED_HEADER_LC, records.size(), padded(records.toByteArray()));
    }

    /** Returns a record of an extended header, which begins with its own length. */
    static byte[] record(String keyAndValue) {
        int rest = (" " + keyAndValue + "\n").getBytes(StandardCharsets.UTF_8).length;
        int length = rest + 1;
        while (String.valueOf(length).length() + rest != length) {
            length++;
        }
        return (length + " " + keyAndValue + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] padded(byte[] content) {
        return Arrays.copyOf(content, (content.length + 511) / 512 * 512);
    }

    /** Adds a header that claims a size, and as much as is given of what it claims. */
    ForgedTar claim(String name, byte flag, long size, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, flag, true);
        entry.setSize(size);
        entry.setModTime(0L);
        TarArchiveOutputStream other = new TarArchiveOutputStream(sink, 512, "UTF-8");
        other.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        other.putArchiveEntry(entry);
        sink.write(content, 0, content.length);
        return this;
    }

    /** Ends the tar with these numbers in its last entry. */
    byte[] end(int entries, long size) throws IOException {
        seal(TarSeal.END, List.of("entries " + entries, "bytes " + size));
        tar.finish();
        return cut();
    }

    /** Ends it as if it had so many files of one byte. */
    byte[] end(int entries) throws IOException {
        return end(entries, entries);
    }

    /** Returns what there is. */
    byte[] cut() throws IOException {
        sink.flush();
        return bytes.toByteArray();
    }

    private void seal(String name, List<String> lines) throws IOException {
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(text.length + TarSeal.LINE_BYTES);
        entry.setModTime(0L);
        tar.putArchiveEntry(entry);
        byte[] line = sink.sealingLine(text);
        tar.write(text);
        tar.write(line);
        tar.closeArchiveEntry();
    }
}
