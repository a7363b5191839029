package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectKey;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the tree in the byte order of whole keys, where a directory {@code d} stands at {@code d/}. One directory at a time
 * is read, as a whole, when the walk comes to it; no handle stays open between. Used by one thread.
 */
final class FsListing extends Spliterators.AbstractSpliterator<ObjectInfo> {
    private static final Comparator<Entry> BY_ORDER = Comparator.comparing(Entry::sortKey);

    /**
     * What is in a directory.
     *
     * @param sortKey the object's key, or the folder with a slash at its end: ASCII, so that its order is that of its bytes
     * @param object the object; null for a folder
     */
    private record Entry(String sortKey, @Nullable ObjectInfo object) {}

    private final RootDirectory root;
    private final OpenHandles handles;
    private final String prefix;
    private final String startAfter;

    /** The rest of every directory on the way down; empty before the start and after the end. */
    private final Deque<Iterator<Entry>> levels = new ArrayDeque<>();

    private boolean started;
    private @Nullable BackupException failure;

    FsListing(RootDirectory root, OpenHandles handles, String prefix, String startAfter) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL);
        this.root = root;
        this.handles = handles;
        this.prefix = prefix;
        this.startAfter = startAfter;
    }

    @Override
    public boolean tryAdvance(Consumer<? super ObjectInfo> action) {
        handles.requireOpen();
        if (failure != null) {
            // Whoever goes on after a failure must not miss what failed.
            throw failure;
        }
        try {
            return advance(action);
        } catch (BackupException e) {
            failure = e;
            throw e;
        }
    }

    private boolean advance(Consumer<? super ObjectInfo> action) {
        FsErrors.requireNotInterrupted("list", null);
        if (!started) {
            started = true;
            start();
        }
        while (!levels.isEmpty()) {
            if (!levels.peek().hasNext()) {
                levels.pop();
                continue;
            }
            Entry entry = levels.peek().next();
            if (entry.object() != null) {
                action.accept(entry.object());
                return true;
            }
            levels.push(read(entry.sortKey()));
        }
        // A root that went away under the walk has made it look complete.
        root.requirePresent("list");
        return false;
    }

    private void start() {
        String folder = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        if (root.find("list", folder).filter(BasicFileAttributes::isDirectory).isPresent()) {
            levels.push(read(folder));
        }
    }

    /** Reads a folder, given with its slash; empty if it has gone away. */
    private Iterator<Entry> read(String folder) {
        FsErrors.requireNotInterrupted("list", null);
        Path directory = root.resolve(folder);
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Entry entry = entryOf(folder, file);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            root.requirePresent("list");
            return Collections.emptyIterator();
        } catch (DirectoryIteratorException e) {
            throw FsErrors.failure("list", null, directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw FsErrors.failure("list", null, directory, e);
        }
        entries.sort(BY_ORDER);
        return entries.iterator();
    }

    private @Nullable Entry entryOf(String folder, Path file) throws IOException {
        String key = folder + file.getFileName();
        if (!isKey(key)) {
            return null;
        }
        boolean asObject = key.startsWith(prefix) && key.compareTo(startAfter) > 0;
        boolean asFolder = leadsToKeys(key + "/");
        if (!asObject && !asFolder) {
            return null;
        }
        BasicFileAttributes attributes;
        try {
            attributes = RootDirectory.attributesOf(file);
        } catch (NoSuchFileException e) {
            return null;
        }
        RootDirectory.requireFileOrDirectory("list", key, file, attributes);
        if (attributes.isDirectory()) {
            return asFolder ? new Entry(key + "/", null) : null;
        }
        return asObject
                ? new Entry(
                        key,
                        new ObjectInfo(
                                key,
                                attributes.size(),
                                attributes.lastModifiedTime().toInstant()))
                : null;
    }

    private boolean leadsToKeys(String folder) {
        boolean inPrefix = folder.startsWith(prefix) || prefix.startsWith(folder);
        return inPrefix && (folder.compareTo(startAfter) > 0 || startAfter.startsWith(folder));
    }

    /** Temporary files, and whatever else an operator may keep there, have names that no key has. */
    static boolean isKey(String name) {
        try {
            ObjectKey.requireValid(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
