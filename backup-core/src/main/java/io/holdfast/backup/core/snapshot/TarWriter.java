package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.BackupContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes one checkpoint as a tar. For one use. */
final class TarWriter {
    static final int FILE_MODE = 0600;
    static final int DIRECTORY_MODE = 0700;

    private static final int BUFFER_BYTES = 1 << 17;
    private static final Comparator<TarEntry> BY_BYTES_OF_PATH =
            Comparator.comparing(entry -> entry.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final SnapshotFormat format;
    private final Path checkpoint;
    private final BackupContext context;
    private final TarRules rules;
    private final TarSink sink;
    private final TarArchiveOutputStream tar;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long done;

    TarWriter(SnapshotFormat format, TarLimits limits, Path checkpoint, OutputStream out, BackupContext context) {
        this.format = format;
        this.checkpoint = checkpoint;
        this.context = context;
        this.rules = new TarRules(limits);
        this.sink = new TarSink(out);
        // Blocks of one record, so that a header has gone by when its entry begins, and no padding but the format's
        // own.
        this.tar = new TarArchiveOutputStream(sink, TarConstants.DEFAULT_RCDSIZE, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** Leaves the tar stream open, since closing it would close the one below. */
    void write() throws IOException {
        context.checkCancelled();
        List<TarEntry> entries = scan();
        entries.sort(BY_BYTES_OF_PATH);
        writeSeal(TarSeal.BEGIN, TarSeal.beginning(format));
        for (TarEntry entry : entries) {
            context.checkCancelled();
            writeEntry(entry);
        }
        writeSeal(TarSeal.END, TarSeal.end(rules));
        tar.finish();
        // The library's own flush does not come through.
        sink.flush();
    }

    private List<TarEntry> scan() throws IOException {
        List<TarEntry> entries = new ArrayList<>();
        // A link to the checkpoint is fine; a link in it is not.
        Path root = checkpoint.toRealPath();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                return directory.equals(root) ? FileVisitResult.CONTINUE : visitFile(directory, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                context.checkCancelled();
                if (!attributes.isRegularFile() && !attributes.isDirectory()) {
                    throw new IOException("Expected regular files and directories in a checkpoint, found "
                            + (attributes.isSymbolicLink() ? "a symbolic link" : "a special file") + ": " + file);
                }
                TarEntry entry = new TarEntry(
                        pathOf(root.relativize(file)),
                        attributes.isDirectory(),
                        attributes.isDirectory() ? 0 : attributes.size());
                Optional<String> objection = rules.objection(entry);
                if (objection.isPresent()) {
                    throw new IOException("Expected " + objection.get() + ": " + file);
                }
                entries.add(entry);
                return FileVisitResult.CONTINUE;
            }
        });
        return entries;
    }

    private static String pathOf(Path relative) {
        List<String> names = new ArrayList<>();
        relative.forEach(name -> names.add(name.toString()));
        return String.join("/", names);
    }

    private void writeEntry(TarEntry entry) throws IOException {
        if (entry.directory()) {
            tar.putArchiveEntry(header(entry.path() + "/", DIRECTORY_MODE, 0));
        } else {
            Path file = checkpoint.resolve(entry.path());
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                tar.putArchiveEntry(header(entry.path(), FILE_MODE, entry.size()));
                copy(in, entry.size(), file);
            }
        }
        tar.closeArchiveEntry();
    }

    private void copy(InputStream in, long size, Path file) throws IOException {
        for (long left = size; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("Expected the " + size + " bytes that the file had at first, found "
                        + (size - left) + ": nobody may change a checkpoint while it is read: " + file);
            }
            tar.write(buffer, 0, read);
            left -= read;
            done += read;
            context.checkCancelled();
            context.progress(done, rules.bytes());
        }
        if (in.read() >= 0) {
            throw new IOException("Expected the " + size
                    + " bytes that the file had at first, found more: nobody may change a checkpoint while it is read: "
                    + file);
        }
    }

    private void writeSeal(String name, List<String> text) throws IOException {
        byte[] lines = (String.join("\n", text) + "\n").getBytes(StandardCharsets.US_ASCII);
        tar.putArchiveEntry(header(name, FILE_MODE, lines.length + TarSeal.LINE_BYTES));
        byte[] line = sink.sealingLine(lines);
        tar.write(lines);
        tar.write(line);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry header(String name, int mode, long size) {
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(size);
        header.setMode(mode);
        header.setModTime(0L);
        header.setIds(0, 0);
        header.setNames("", "");
        return header;
    }
}
