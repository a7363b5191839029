package io.holdfast.benchmarks;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A store that is one file: its snapshot is the file's bytes. Restores to a new file, which it does not sync, as no peer does. */
record FileStore(Path file) implements Backupable {
    private static final int PIECE_BYTES = 1 << 16;

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            copy(in, out);
        }
        return context.newPayloadIDSet();
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            copy(in, out);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
            out.write(piece, 0, n);
        }
    }
}
