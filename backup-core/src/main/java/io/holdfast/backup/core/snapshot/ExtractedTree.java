package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** What an extraction makes in an empty directory: nothing outside it, nothing that was there, and nothing but its own goes again. */
final class ExtractedTree {
    private static final Set<StandardOpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path root;
    private final boolean posix;
    private final List<Path> directories = new ArrayList<>();
    /** The last one first. */
    private final Deque<Path> made = new ArrayDeque<>();

    private ExtractedTree(Path root) {
        this.root = root;
        this.posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        directories.add(root);
    }

    static ExtractedTree in(Path root) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            if (entries.iterator().hasNext()) {
                throw new RestoreDestinationNotEmptyException(
                        "Expected an empty directory to extract into, found something in " + root);
            }
        }
        return new ExtractedTree(root);
    }

    void createDirectory(String path) throws IOException {
        Path directory = locate(path);
        Files.createDirectory(directory, owner("rwx------"));
        made.push(directory);
        directories.add(directory);
    }

    /** Creates a file, which the caller closes. */
    FileChannel createFile(String path) throws IOException {
        Path file = locate(path);
        FileChannel channel = FileChannel.open(file, NEW_FILE, owner("rw-------"));
        made.push(file);
        return channel;
    }

    /** Puts every directory's entries on the disk. */
    void sync() throws IOException {
        if (!posix) {
            return;
        }
        for (Path directory : directories) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Removes everything that was made, because of a failure. */
    void remove(Throwable because) {
        for (Path path : made) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException | RuntimeException e) {
                because.addSuppressed(e);
            }
        }
    }

    /** Name by name: on some systems a name alone leads elsewhere. */
    private Path locate(String path) throws IOException {
        Path place = root;
        try {
            for (String name : path.split("/", -1)) {
                Path child = place.resolve(name);
                if (!place.equals(child.getParent()) || !name.equals(String.valueOf(child.getFileName()))) {
                    throw new RestoreCorruptException(
                            "Expected names of files of this system, found \"" + name + "\" in \"" + path + "\"");
                }
                place = child;
            }
        } catch (InvalidPathException e) {
            throw new IOException("This system cannot have a file of the name \"" + path + "\"", e);
        }
        return place;
    }

    private FileAttribute<?>[] owner(String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
