package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** Reads one tar to its end. For one use. */
final class TarExtractor {
    /** What lies between the contents of two files at most: padding, headers and extended headers. */
    private static final int MAX_HEADER_BYTES = 1 << 14;

    private static final int MAX_SEAL_BYTES = 512;
    private static final int END_BYTES = 2 * TarConstants.DEFAULT_RCDSIZE;
    private static final int BUFFER_BYTES = 1 << 17;

    private final SnapshotFormat format;
    private final ExtractedTree tree;
    private final BackupContext context;
    private final TarRules rules;
    private final TarSource source;
    private final TarArchiveInputStream tar;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long done;

    TarExtractor(SnapshotFormat format, TarLimits limits, InputStream in, ExtractedTree tree, BackupContext context) {
        this.format = format;
        this.tree = tree;
        this.context = context;
        this.rules = new TarRules(limits);
        this.source = new TarSource(in);
        this.tar = new TarArchiveInputStream(
                source,
                TarConstants.DEFAULT_RCDSIZE,
                TarConstants.DEFAULT_RCDSIZE,
                StandardCharsets.UTF_8.name(),
                false);
    }

    void extract() throws IOException {
        TarArchiveEntry first = next();
        if (!first.getName().equals(TarSeal.BEGIN)) {
            throw corrupt(TarSeal.BEGIN + " as the first entry", "\"" + first.getName() + "\"");
        }
        requireFormat(readSeal(first));
        TarArchiveEntry entry = next();
        while (!entry.getName().equals(TarSeal.END)) {
            extract(entry);
            entry = next();
        }
        List<String> expected = TarSeal.end(rules);
        List<String> found = readSeal(entry);
        if (!found.equals(expected)) {
            throw corrupt(expected + " in the last entry", found.toString());
        }
        requireEnd(entry.getSize());
        context.checkCancelled();
    }

    private void extract(TarArchiveEntry header) throws IOException {
        String name = header.getName();
        boolean directory = header.getLinkFlag() == TarConstants.LF_DIR;
        if (!directory && header.getLinkFlag() != TarConstants.LF_NORMAL) {
            throw corrupt(
                    "files and directories only", "an entry of type " + header.getLinkFlag() + ": " + quote(name));
        }
        if (header.isSparse() || !header.getExtraPaxHeaders().isEmpty()) {
            throw corrupt("no extended headers but path and size", "others: " + quote(name));
        }
        if (directory && (!name.endsWith("/") || header.getSize() != 0)) {
            throw corrupt("a directory without content whose name ends with a slash", "another: " + quote(name));
        }
        TarEntry entry =
                new TarEntry(directory ? name.substring(0, name.length() - 1) : name, directory, header.getSize());
        Optional<String> objection = rules.objection(entry);
        if (objection.isPresent()) {
            throw corrupt(objection.get(), quote(name));
        }
        if (directory) {
            tree.createDirectory(entry.path());
        } else {
            try (FileChannel file = tree.createFile(entry.path())) {
                copy(entry.size(), file);
                file.force(true);
            }
        }
    }

    private void copy(long size, FileChannel file) throws IOException {
        for (long left = size; left > 0; ) {
            int read = read(buffer, 0, (int) Math.min(buffer.length, left));
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            left -= read;
            done += read;
            context.checkCancelled();
            context.progress(done, -1);
        }
    }

    /** Returns the lines of a seal, but for the one that seals them. */
    private List<String> readSeal(TarArchiveEntry entry) throws IOException {
        long size = entry.getSize();
        if (entry.getLinkFlag() != TarConstants.LF_NORMAL || size <= TarSeal.LINE_BYTES || size > MAX_SEAL_BYTES) {
            throw corrupt("a short file " + entry.getName(), "another");
        }
        String lines = new String(readFully((int) size - TarSeal.LINE_BYTES), StandardCharsets.US_ASCII);
        byte[] computed = source.sealingLine();
        byte[] stored = readFully(TarSeal.LINE_BYTES);
        if (!Arrays.equals(computed, stored)) {
            throw corrupt(
                    "\"" + new String(computed, StandardCharsets.US_ASCII).strip() + "\" in " + entry.getName(),
                    quote(new String(stored, StandardCharsets.US_ASCII).strip()) + ": bytes before it have changed");
        }
        return lines.lines().toList();
    }

    private void requireFormat(List<String> found) {
        List<String> expected = TarSeal.beginning(format);
        if (found.size() != expected.size() || !found.get(0).startsWith(TarSeal.TITLE)) {
            throw corrupt(expected + " in the first entry", found.toString());
        }
        if (!found.get(1).equals(expected.get(1)) && found.get(0).equals(expected.get(0))) {
            throw corrupt("a checkpoint of " + expected.get(1), "one of " + found.get(1));
        }
        if (!found.equals(expected)) {
            throw new SchemaVersionMismatchException("Expected a snapshot of " + expected + ", found " + found);
        }
    }

    /** After the last entry there are zeros, exactly so many as a tar needs, and then nothing. */
    private void requireEnd(long lastSize) throws IOException {
        int padding = (int) -lastSize & (TarConstants.DEFAULT_RCDSIZE - 1);
        byte[] zeros = source.readNBytes(padding + END_BYTES);
        if (!Arrays.equals(zeros, new byte[padding + END_BYTES])) {
            throw corrupt(padding + END_BYTES + " zeros after the last entry", "other bytes, or fewer");
        }
        if (source.read() >= 0) {
            throw corrupt("the end of the stream after the end of the tar", "more bytes");
        }
    }

    private TarArchiveEntry next() throws IOException {
        context.checkCancelled();
        @Nullable TarArchiveEntry entry;
        source.bound(MAX_HEADER_BYTES);
        try {
            entry = tar.getNextEntry();
        } catch (IOException | RuntimeException e) {
            throw blame(e, "the header of an entry");
        }
        source.unbound();
        if (entry == null) {
            throw corrupt(
                    TarSeal.BEGIN + " as the first and " + TarSeal.END + " as the last entry", "the end of the tar");
        }
        return entry;
    }

    private byte[] readFully(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int filled = 0; filled < length; ) {
            filled += read(bytes, filled, length - filled);
        }
        return bytes;
    }

    /** Reads some of the content of the current entry: at least one byte. */
    private int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = tar.read(target, offset, length);
        } catch (IOException | RuntimeException e) {
            throw blame(e, "the content of an entry");
        }
        if (read < 0) {
            throw corrupt("the content of an entry", "the end");
        }
        return read;
    }

    /** The stream's own failures pass as they are; what the library throws besides is its word for damage. */
    private RestoreCorruptException blame(Exception failure, String expected) throws IOException {
        source.rethrowFailure();
        if (failure instanceof BackupException e) {
            throw e;
        }
        return new RestoreCorruptException(
                "Expected " + expected + " before byte " + source.position()
                        + " of the snapshot, found what no sound tar has there",
                failure);
    }

    private RestoreCorruptException corrupt(String expected, String found) {
        return new RestoreCorruptException("Expected " + expected + " before byte " + source.position()
                + " of the snapshot, after " + rules.entries() + " entries; found " + found);
    }

    private static String quote(String text) {
        return "\"" + text + "\"";
    }
}
