package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Replaces a store that lives in a directory. A root directory holds generations, {@code store-1} and so on, and a file
 * {@code CURRENT} that names the live one; replacing that file by a rename is the swap. The application opens its engine at
 * {@link #current} and nowhere else. Used by one process and one thread at a time.
 */
public final class DirectorySwap implements RestoreTarget {
    private static final String CURRENT = "CURRENT";
    private static final String PREFIX = "store-";

    private final Path root;
    private final StoreIdentity identity;
    private final StoreOpener opener;
    private final Supplier<List<String>> blockers;

    /**
     * Creates the target. Touches nothing.
     *
     * @param root the directory of the generations, which nobody else uses; made when it is absent
     * @param identity who the store is
     * @param opener opens the engine in an empty directory
     * @param blockers what must be stopped before a swap; the engine on the live generation must be closed or must bear that
     *     its files are removed
     */
    public DirectorySwap(Path root, StoreIdentity identity, StoreOpener opener, Supplier<List<String>> blockers) {
        this.root = root.toAbsolutePath().normalize();
        this.identity = identity;
        this.opener = opener;
        this.blockers = blockers;
    }

    /**
     * Returns where the live store is, after recovery. The first call ever makes an empty directory.
     *
     * @return the only directory at which to open the engine
     * @throws IOException if it cannot be found or made
     * @throws BackupException as {@link #recover} does
     */
    public Path current() throws IOException {
        recover();
        Optional<Path> live = live();
        if (live.isPresent()) {
            return live.get();
        }
        Path first = root.resolve(PREFIX + 1);
        Files.createDirectories(first);
        DurableTree.sync(root.getParent());
        DurableTree.sync(root);
        DurableTree.replace(root.resolve(CURRENT), PREFIX + 1);
        return first;
    }

    @Override
    public StoreIdentity identity() {
        return identity;
    }

    @Override
    public List<String> blockers() {
        return List.copyOf(blockers.get());
    }

    /** Keeps nobody out: the application does that, and says so in its blockers. */
    @Override
    public Fence fence() {
        return () -> {};
    }

    @Override
    public StagedStore stage() throws IOException {
        Path live = current();
        Path staged = root.resolve(PREFIX + (number(live) + 1));
        Files.createDirectory(staged);
        try {
            return new StagedDirectory(this, live, staged, opener.open(staged));
        } catch (IOException | RuntimeException | Error e) {
            try {
                DurableTree.delete(staged);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if the root is not as this class leaves it:
     *     nothing is removed then
     */
    @Override
    public List<String> recover() throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        requireOwn();
        Optional<Path> live = live();
        List<String> done = new ArrayList<>();
        for (Path generation : generations()) {
            if (live.isPresent() ? !generation.equals(live.get()) : requireEmpty(generation)) {
                DurableTree.delete(generation);
                done.add("Removed " + generation + ", which is not the live store"
                        + live.map(path -> "; that is " + path).orElse(""));
            }
        }
        if (Files.deleteIfExists(root.resolve(CURRENT + ".tmp"))) {
            DurableTree.sync(root);
            done.add("Removed a pointer that was not yet in place");
        }
        return List.copyOf(done);
    }

    /** The commit point. */
    void makeLive(Path staged, Path old) throws IOException {
        DurableTree.sync(root);
        try {
            DurableTree.replace(root.resolve(CURRENT), String.valueOf(staged.getFileName()));
        } catch (IOException e) {
            // The rename may have happened and only its sync have failed: a swap that is refused must not be seen.
            if (isLive(staged)) {
                try {
                    DurableTree.replace(root.resolve(CURRENT), String.valueOf(old.getFileName()));
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    /** Whether a generation is the live one, by what the disk says. */
    boolean isLive(Path generation) throws IOException {
        return live().filter(generation::equals).isPresent();
    }

    private Optional<Path> live() throws IOException {
        Path pointer = root.resolve(CURRENT);
        if (!Files.exists(pointer, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        String name = Files.readString(pointer);
        Path live = name.matches(PREFIX + "[0-9]{1,18}") ? root.resolve(name) : root;
        if (live.equals(root) || !Files.isDirectory(live, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("Expected " + pointer + " to name a directory beside it, found \"" + name + "\"");
        }
        return Optional.of(live);
    }

    /** Without a pointer, data is of nobody knows when: it is never taken for left over. */
    private static boolean requireEmpty(Path generation) throws IOException {
        try (Stream<Path> files = Files.list(generation)) {
            if (files.findAny().isPresent()) {
                throw refused("Expected a file CURRENT beside " + generation + ", which holds data, found none");
            }
        }
        return true;
    }

    private List<Path> generations() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> String.valueOf(entry.getFileName()).startsWith(PREFIX))
                    .sorted()
                    .toList();
        }
    }

    private void requireOwn() throws IOException {
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
            boolean generation = name.matches(PREFIX + "[0-9]{1,18}")
                    && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && Files.getFileStore(entry).equals(disk);
            boolean pointer = (name.equals(CURRENT) || name.equals(CURRENT + ".tmp"))
                    && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
            if (!generation && !pointer) {
                throw refused(
                        "Expected only CURRENT and generations of one file system in " + root + ", found " + name);
            }
        }
    }

    private static long number(Path generation) {
        return Long.parseLong(String.valueOf(generation.getFileName()).substring(PREFIX.length()));
    }

    private static BackupException refused(String message) {
        return new BackupException(ErrorCode.RESTORE_PRECONDITION_FAILED, message + "; nothing was changed");
    }
}
