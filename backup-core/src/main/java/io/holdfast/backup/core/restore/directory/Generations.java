package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The layout of a root: generations, the pointer to the live one, and the lock. */
final class Generations {
    static final String LOCK = "LOCK";
    static final String POINTER = "CURRENT";
    private static final String PREFIX = "store-";
    private static final String NAME = PREFIX + "[0-9]{1,18}";

    private final Path root;
    private final DurableTree tree;

    Generations(Path root, DurableTree tree) {
        this.root = root;
        this.tree = tree;
    }

    boolean rootExists() {
        return Files.exists(root, LinkOption.NOFOLLOW_LINKS);
    }

    Path makeFirst() throws IOException {
        Path first = root.resolve(PREFIX + 1);
        Files.createDirectories(first);
        DurableTree.sync(root.getParent());
        DurableTree.sync(root);
        tree.replace(root.resolve(POINTER), PREFIX + 1);
        return first;
    }

    Path next() throws IOException {
        long newest = all().stream().mapToLong(Generations::number).max().orElse(0);
        return root.resolve(PREFIX + (newest + 1));
    }

    Optional<Path> live() throws IOException {
        Path pointer = root.resolve(POINTER);
        if (!Files.exists(pointer, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        String name = Files.readString(pointer);
        Path live = root.resolve(name.matches(NAME) ? name : ".").normalize();
        if (live.equals(root) || !Files.isDirectory(live, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("Expected " + pointer + " to name a directory beside it, found \"" + name + "\"");
        }
        return Optional.of(live);
    }

    /** Whether a generation is the live one, by what the disk says. */
    boolean isLive(Path generation) throws IOException {
        return live().filter(generation::equals).isPresent();
    }

    /** The commit point of a swap. */
    void makeLive(Path staged, Path old) throws IOException {
        DurableTree.sync(root);
        try {
            tree.replace(root.resolve(POINTER), String.valueOf(staged.getFileName()));
        } catch (IOException e) {
            // The rename may have happened and only its sync have failed: a swap that is refused must not be seen.
            if (isLive(staged)) {
                try {
                    tree.replace(root.resolve(POINTER), String.valueOf(old.getFileName()));
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    /** Removes what is not the live store, under the lock. */
    List<String> removeOthers() throws IOException {
        Optional<Path> live = live();
        List<String> done = new ArrayList<>();
        for (Path generation : all()) {
            if (live.isPresent() ? !generation.equals(live.get()) : requireEmpty(generation)) {
                tree.delete(generation);
                done.add("Removed " + generation + ", which is not the live store"
                        + live.map(path -> "; that is " + path).orElse(""));
            }
        }
        if (Files.deleteIfExists(root.resolve(POINTER + DurableTree.TEMPORARY))) {
            DurableTree.sync(root);
            done.add("Removed a pointer that was not yet in place");
        }
        return done;
    }

    /** Without a pointer, data is of nobody knows when: it is never taken for left over. */
    private boolean requireEmpty(Path generation) throws IOException {
        try (Stream<Path> files = Files.list(generation)) {
            if (files.findAny().isPresent()) {
                throw refused("Expected a file CURRENT beside " + generation + ", which holds data, found none");
            }
        }
        return true;
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> String.valueOf(entry.getFileName()).startsWith(PREFIX))
                    .sorted()
                    .toList();
        }
    }

    /** Refuses a root in which there is anything that this class did not make. */
    void requireOwn() throws IOException {
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("Expected " + root + " to be a directory and no link");
        }
        FileStore disk = Files.getFileStore(root);
        List<Path> entries;
        try (Stream<Path> listed = Files.list(root)) {
            entries = listed.toList();
        }
        for (Path entry : entries) {
            String name = String.valueOf(entry.getFileName());
            boolean generation = name.matches(NAME)
                    && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && Files.getFileStore(entry).equals(disk);
            boolean file =
                    List.of(POINTER, POINTER + DurableTree.TEMPORARY, LOCK).contains(name)
                            && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
            if (!generation && !file) {
                throw refused("Expected only CURRENT, LOCK and generations of one file system in " + root + ", found "
                        + name + "; a plain directory of an engine is taken over by takeOver");
            }
        }
    }

    private static long number(Path generation) {
        String name = String.valueOf(generation.getFileName());
        return name.matches(NAME) ? Long.parseLong(name.substring(PREFIX.length())) : 0;
    }

    BackupException refused(String message) {
        return new BackupException(ErrorCode.RESTORE_PRECONDITION_FAILED, message + "; nothing was changed");
    }
}
