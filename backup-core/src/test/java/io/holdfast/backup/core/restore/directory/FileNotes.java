package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real store: the same text in several files of a directory, so that a mix of two stores is seen. */
final class FileNotes implements Backupable, StoreOpener.Opened {
    private static final int FILES = 3;

    private final Path directory;

    FileNotes(Path directory) {
        this.directory = directory;
    }

    static void write(Path directory, String text) throws IOException {
        for (int i = 0; i < FILES; i++) {
            Files.writeString(directory.resolve("note-" + i), text);
        }
    }

    static String read(Path directory) throws IOException {
        String text = Files.readString(directory.resolve("note-0"));
        for (int i = 1; i < FILES; i++) {
            String other = Files.readString(directory.resolve("note-" + i));
            if (!text.equals(other)) {
                throw new IOException("A mix: " + text + " and " + other);
            }
        }
        return text;
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        out.write(read(directory).getBytes(StandardCharsets.UTF_8));
        return context.newPayloadIDSet();
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        write(directory, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    @Override
    public Backupable store() {
        return this;
    }

    @Override
    public void close() {}
}
