package io.holdfast.backup.core.restore.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files and directories that are on the disk when a call returns. Follows no symbolic link. */
final class DurableTree {
    static final String TEMPORARY = ".tmp";

    private final Consumer<String> steps;

    /** Tells of each change before it is made. */
    DurableTree(Consumer<String> steps) {
        this.steps = steps;
    }

    void step(String what) {
        steps.accept(what);
    }

    void replace(Path file, String content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        step("write " + temporary.getFileName());
        ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        step("rename it to " + file.getFileName());
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        step("sync the directory of " + file.getFileName());
        sync(file.toAbsolutePath().getParent());
    }

    static void sync(@Nullable Path path) throws IOException {
        if (path != null) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Syncs every regular file below a directory, then every directory, innermost first. */
    void syncAll(Path directory) throws IOException {
        step("sync " + directory.getFileName());
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    sync(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                sync(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                step("delete " + file.getFileName());
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                step("delete " + visited.getFileName());
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
        sync(directory.toAbsolutePath().getParent());
    }
}
