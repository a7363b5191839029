package io.holdfast.examples.segments;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.core.snapshot.CheckpointTar;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A log of the payloads that were stored, one id a line, in segment files: the last one grows, the others never change. Safe for
 * use by several threads of one process. An entry survives a crash of the process at once, and one of the host as soon as the
 * operating system has written it.
 *
 * <p>How it keeps the rules of {@link Backupable}:
 *
 * <ul>
 *   <li>A2: a checkpoint is a directory of hard links to the sealed segments and a copy of the last one, made under the lock that
 *       writers need; stream and ids are both read from it, and writers go on.
 *   <li>A3, A4: a restore extracts beside the empty log, and takes its place by one rename after the stream has ended well.
 *   <li>A5: the checkpoint is removed in {@code finally}; what a crash leaves, the next opening removes.
 *   <li>A6: an id is whatever the caller gives; the javadoc of {@link #append} passes the duty on.
 * </ul>
 */
final class SegmentLog implements Backupable {
    // snippet: tar
    static final SnapshotFormat FORMAT = new SnapshotFormat("segment-log", 1);
    private static final CheckpointTar TAR = new CheckpointTar(FORMAT);
    // end

    private static final String TEMPORARY = "temporary-";

    private final Path directory;
    private final Path segments;
    private final long segmentBytes;

    private SegmentLog(Path directory, long segmentBytes) {
        this.directory = directory;
        this.segments = directory.resolve("segments");
        this.segmentBytes = segmentBytes;
    }

    /**
     * Opens a log, which is made when it is not there.
     *
     * @param directory where it lies; used by one process at a time
     * @param segmentBytes from how many bytes on a segment is sealed
     */
    static SegmentLog open(Path directory, long segmentBytes) throws IOException {
        SegmentLog log = new SegmentLog(directory, segmentBytes);
        Files.createDirectories(log.segments);
        log.recover();
        return log;
    }

    /** A crash may have left temporary directories; a host that crashed, the last entry in part. */
    private void recover() throws IOException {
        for (Path path : in(directory)) {
            if (path.getFileName().toString().startsWith(TEMPORARY)) {
                remove(path);
            }
        }
        List<Path> all = in(segments);
        if (!all.isEmpty()) {
            Path last = all.get(all.size() - 1);
            int whole = Files.readString(last, StandardCharsets.ISO_8859_1).lastIndexOf('\n') + 1;
            try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        }
    }

    /**
     * Adds an entry.
     *
     * @param id names immutable content, such as its hash (A6)
     * @throws IllegalArgumentException if it is no payload id
     */
    synchronized void append(String id) throws IOException {
        byte[] utf8 = PayloadIDSet.encode(id);
        byte[] line = Arrays.copyOf(utf8, utf8.length + 1);
        line[utf8.length] = '\n';
        List<Path> all = in(segments);
        boolean full = all.isEmpty() || Files.size(all.get(all.size() - 1)) >= segmentBytes;
        Path last = segments.resolve(nameOf(full ? all.size() : all.size() - 1));
        Files.write(last, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Returns every entry in the order in which they were added. */
    synchronized List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>();
        for (Path segment : in(segments)) {
            entries.addAll(Files.readAllLines(segment));
        }
        return entries;
    }

    // snippet: backup
    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        context.engineMetadata("schema-version", String.valueOf(FORMAT.schemaVersion()));
        Path checkpoint = Files.createTempDirectory(directory, TEMPORARY);
        try {
            capture(checkpoint);
            TAR.write(checkpoint, out, context);
            return idsIn(checkpoint, context);
        } finally {
            remove(checkpoint);
        }
    }

    /** The one moment when writers wait: links cost next to nothing, and the copy is of one segment at most. */
    private synchronized void capture(Path checkpoint) throws IOException {
        List<Path> all = in(segments);
        for (Path segment : all) {
            Path captured = checkpoint.resolve(segment.getFileName());
            boolean grows = segment.equals(all.get(all.size() - 1));
            if (grows) {
                Files.copy(segment, captured);
            } else {
                Files.createLink(captured, segment);
            }
        }
    }
    // end

    // snippet: ids
    private static PayloadIDSet idsIn(Path checkpoint, BackupContext context) throws IOException {
        PayloadIDSet ids = context.newPayloadIDSet();
        for (Path segment : in(checkpoint)) {
            context.checkCancelled();
            Files.readAllLines(segment).forEach(ids::add);
        }
        return ids;
    }
    // end

    // snippet: restore
    @Override
    public synchronized void restore(InputStream in, BackupContext context) throws IOException {
        if (!in(segments).isEmpty()) {
            throw new RestoreDestinationNotEmptyException("Expected an empty log, found segments in " + segments);
        }
        Path loading = Files.createTempDirectory(directory, TEMPORARY);
        try {
            TAR.extract(in, loading, context);
            requireSegments(loading);
            Files.delete(segments);
            Files.move(loading, segments, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(loading);
            Files.createDirectories(segments);
        }
    }
    // end

    private static void requireSegments(Path loaded) throws IOException {
        int number = 0;
        for (Path path : in(loaded)) {
            String name = nameOf(number++);
            if (!path.endsWith(name) || !Files.isRegularFile(path)) {
                throw new RestoreCorruptException("Expected " + name + ", found " + path.getFileName());
            }
        }
    }

    private static String nameOf(int segment) {
        return String.format("segment-%08d", segment);
    }

    private static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.sorted().toList();
        }
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> paths = Files.exists(tree) ? Files.walk(tree) : Stream.empty()) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
