package io.holdfast.backup.destination.fs.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What of a tree is on the disk: of each file the bytes that were there when it was last forced, of each directory the
 * entries that it had then. The strictest reading of what POSIX promises; real file systems keep more. Thread-safe.
 */
final class Durability {
    /** Files and directories by what identifies them, whatever they are called. */
    private final Map<Object, byte[]> files = new HashMap<>();

    private final Map<Object, Map<String, Object>> directories = new HashMap<>();

    /** Forgets who had the identity before, because file systems use it again. */
    synchronized void created(Path path) throws IOException {
        Object identity = identityOf(path);
        files.remove(identity);
        directories.remove(identity);
        if (Files.isDirectory(path)) {
            directories.put(identity, Map.of());
        }
    }

    synchronized void forced(Path file) throws IOException {
        files.put(identityOf(file), Files.readAllBytes(file));
    }

    synchronized void forcedDirectory(Path directory) throws IOException {
        Map<String, Object> entries = new HashMap<>();
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                entries.put(child.getFileName().toString(), identityOf(child));
            }
        }
        directories.put(identityOf(directory), entries);
    }

    /** Writes what a power cut would leave of a directory into another one, which is empty. */
    synchronized void copyTo(Path directory, Path target) throws IOException {
        copy(identityOf(directory), target);
    }

    private void copy(Object directory, Path target) throws IOException {
        for (Map.Entry<String, Object> entry :
                List.copyOf(directories.getOrDefault(directory, Map.of()).entrySet())) {
            Path place = target.resolve(entry.getKey());
            byte[] bytes = files.get(entry.getValue());
            if (directories.containsKey(entry.getValue())) {
                Files.createDirectory(place);
                copy(entry.getValue(), place);
            } else {
                Files.write(place, bytes == null ? new byte[0] : bytes);
            }
        }
    }

    private static Object identityOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
