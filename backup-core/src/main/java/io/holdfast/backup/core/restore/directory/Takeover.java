package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a plain directory the first generation of a root of the same name, by two renames. A root in the making stands beside it
 * meanwhile; what it holds says how far a takeover came, so that it can be finished after a crash at any point.
 */
final class Takeover {
    private static final String SUFFIX = ".taking-over";
    private static final String FIRST = "store-1";

    private final Path root;
    private final Path making;
    private final DurableTree tree;

    Takeover(Path root, DurableTree tree) {
        this.root = root;
        this.making = root.resolveSibling(root.getFileName() + SUFFIX);
        this.tree = tree;
    }

    void begin() throws IOException {
        finish();
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS) || isRoot()) {
            return;
        }
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("Expected " + root + " to be a directory and no link");
        }
        tree.step("create " + making.getFileName());
        Files.createDirectory(making);
        DurableTree.sync(root.getParent());
        tree.step("move the plain directory");
        try {
            Files.move(root, making.resolve(FIRST), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.delete(making);
            throw e;
        }
        DurableTree.sync(making);
        DurableTree.sync(root.getParent());
        finish();
    }

    /** Whether the pointer is one of ours; engines have files of the same name. */
    private boolean isRoot() throws IOException {
        Path pointer = root.resolve(Generations.POINTER);
        if (!Files.isRegularFile(pointer, LinkOption.NOFOLLOW_LINKS)) {
            return isEmpty(root);
        }
        return Files.size(pointer) < 64 && Files.readString(pointer).matches("store-[0-9]{1,18}");
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Finishes or takes back a takeover that a crash interrupted. */
    List<String> finish() throws IOException {
        if (!Files.exists(making, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        if (isEmpty(making)) {
            tree.step("remove " + making.getFileName());
            Files.delete(making);
            return List.of("Took back a takeover of " + root + " that had not moved it yet");
        }
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)
                || !Files.isDirectory(making.resolve(FIRST), LinkOption.NOFOLLOW_LINKS)) {
            throw refused(
                    "Expected " + making + " to hold what " + root + " was, and that to be gone; found otherwise");
        }
        tree.replace(making.resolve(Generations.POINTER), FIRST);
        tree.step("move the root into its place");
        Files.move(making, root, StandardCopyOption.ATOMIC_MOVE);
        DurableTree.sync(root.getParent());
        return List.of("Made " + root + " a root with the directory that stood there as its first generation");
    }

    private static BackupException refused(String message) {
        return new BackupException(ErrorCode.RESTORE_PRECONDITION_FAILED, message + "; nothing was changed");
    }
}
