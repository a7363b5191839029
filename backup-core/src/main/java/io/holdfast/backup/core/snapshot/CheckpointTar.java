package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A checkpoint directory as a tar that is checked to its last bit: a store that uses it keeps rule A4. Any tar program reads it
 * too. The bytes are described in {@code docs/FORMAT.md}; the same checkpoint always gives the same ones.
 *
 * <p>A checkpoint has regular files and directories only, and nobody changes it while it is read. Owners, modes, times and hard
 * links are not kept. Its paths have no control characters and no backslash, none is {@code .holdfast} or below it, and no two
 * differ by case or Unicode normal form alone, so that a checkpoint of one system can be restored on another.
 *
 * <p>Neither stream is closed, and their exceptions pass as they are. Immutable; safe for use by several threads.
 */
public final class CheckpointTar {
    private final SnapshotFormat format;
    private final TarLimits limits;

    /**
     * Creates a form of tars with {@link TarLimits#DEFAULT}.
     *
     * @param format whose checkpoints these are
     */
    public CheckpointTar(SnapshotFormat format) {
        this(format, TarLimits.DEFAULT);
    }

    /**
     * Creates a form of tars.
     *
     * @param format whose checkpoints these are
     * @param limits what is written and accepted at most; a reader's are at least those of the writer
     */
    public CheckpointTar(SnapshotFormat format, TarLimits limits) {
        this.format = Objects.requireNonNull(format, "format");
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /**
     * Writes a checkpoint, and flushes the stream at its end. Asks for cancellation at every file and every 128 KiB, and reports
     * progress in bytes.
     *
     * @param checkpoint the directory
     * @param out where the tar goes; not closed
     * @param context the services of the run
     * @throws IOException if the checkpoint cannot be read, holds what a tar may not hold or more than the limits allow, or if a
     *     file's size changed; or if the stream fails
     * @throws BackupAbortedException if the run was cancelled
     */
    public void write(Path checkpoint, OutputStream out, BackupContext context) throws IOException {
        new TarWriter(format, limits, checkpoint, out, context).write();
    }

    /**
     * Extracts a checkpoint into an empty directory. When this returns, the whole stream was read and found right, and files and
     * directories are on the disk: each was synced (directories where the platform can). They belong to their owner only: modes
     * 0600 and 0700.
     *
     * <p>When it throws, everything that it made was removed again. What a crash leaves is for the caller to remove: a directory
     * with anything in it is refused the next time.
     *
     * @param in the snapshot, read to its end; need not be buffered; not closed
     * @param directory an empty directory, used by nobody else meanwhile
     * @param context the services of the run
     * @throws RestoreDestinationNotEmptyException if the directory holds anything; it is left as it was
     * @throws RestoreCorruptException if the stream is cut, changed, foreign, holds what a tar may not hold or more than the
     *     limits allow, or goes on after its end
     * @throws SchemaVersionMismatchException if the checkpoint is of another schema version, or the tar was written by a release
     *     whose tars have another form
     * @throws IOException if the directory cannot be read or written, or the stream fails
     * @throws BackupAbortedException if the run was cancelled
     */
    public void extract(InputStream in, Path directory, BackupContext context) throws IOException {
        ExtractedTree tree = ExtractedTree.in(directory);
        try {
            new TarExtractor(format, limits, in, tree, context).extract();
            tree.sync();
        } catch (IOException | RuntimeException | Error e) {
            tree.remove(e);
            throw e;
        }
    }
}
