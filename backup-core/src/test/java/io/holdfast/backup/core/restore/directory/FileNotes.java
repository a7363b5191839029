package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real store in one file of a directory, which is written as the stream arrives. */
final class FileNotes implements Backupable, StoreOpener.Opened {
    private final Path file;

    FileNotes(Path directory) {
        this.file = directory.resolve("notes");
    }

    static void write(Path directory, String text) throws IOException {
        Files.writeString(directory.resolve("notes"), text);
    }

    static String read(Path directory) throws IOException {
        return Files.readString(directory.resolve("notes"));
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        out.write(Files.readAllBytes(file));
        return context.newPayloadIDSet();
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        Files.copy(in, file);
    }

    @Override
    public Backupable store() {
        return this;
    }

    @Override
    public void close() {}
}
