package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Creates files and directories that only their owner may touch, whatever the umask (D18). Changes nothing that exists. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    static boolean permissionsSupported(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static void createDirectory(Path directory) throws IOException {
        if (!permissionsSupported(directory)) {
            Files.createDirectory(directory);
            return;
        }
        Files.createDirectory(directory, attribute(DIRECTORY));
        // The umask may have taken away even the owner's rights.
        Files.setPosixFilePermissions(directory, DIRECTORY);
    }

    /** Creates a file that is not there yet, and opens it for writing. */
    static FileChannel createFile(Path file) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (!permissionsSupported(file)) {
            return FileChannel.open(file, options);
        }
        FileChannel channel = FileChannel.open(file, options, attribute(FILE));
        try {
            Files.setPosixFilePermissions(file, FILE);
            return channel;
        } catch (IOException | RuntimeException e) {
            try (channel) {
                Files.deleteIfExists(file);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> attribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
