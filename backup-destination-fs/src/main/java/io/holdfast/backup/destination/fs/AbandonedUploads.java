package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Removes temporary files that nobody writes to, and directories that were left empty (D7). */
final class AbandonedUploads {
    private final RootDirectory root;
    private final Folders folders;
    private final Instant idleSince;
    private int removed;

    AbandonedUploads(RootDirectory root, Folders folders, Instant idleSince) {
        this.root = root;
        this.folders = folders;
        this.idleSince = idleSince;
    }

    /** Walks the tree once, and returns how many temporary files were removed. */
    int discard() {
        root.requirePresent("discard abandoned uploads");
        discardIn("");
        return removed;
    }

    /** Sweeps a folder, given with its slash. */
    private void discardIn(String folder) {
        FsErrors.requireNotInterrupted("discard abandoned uploads", null);
        Path directory = root.resolve(folder);
        List<String> below = new ArrayList<>();
        boolean prunable = false;
        try {
            prunable = isIdle(RootDirectory.attributesOf(directory));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (TemporaryName.matches(name)) {
                        prunable |= discard(file, name);
                    } else if (FsListing.isKey(folder + name) && Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                        below.add(folder + name + "/");
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            root.requirePresent("discard abandoned uploads");
        } catch (DirectoryIteratorException e) {
            throw FsErrors.failure("discard abandoned uploads", null, directory, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw FsErrors.failure("discard abandoned uploads", null, directory, e);
        }
        below.forEach(this::discardIn);
        if (prunable) {
            folders.pruneAbove(folder);
        }
    }

    /** Looks at the file once more right before the deletion. A writer that wakes up now finds its file gone and fails. */
    private boolean discard(Path file, String name) throws IOException {
        if (TemporaryName.isOfThisProcess(name)) {
            return false;
        }
        try {
            BasicFileAttributes attributes = RootDirectory.attributesOf(file);
            if (!attributes.isRegularFile() || !isIdle(attributes)) {
                return false;
            }
            Files.delete(file);
            removed++;
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isIdle(BasicFileAttributes attributes) {
        Instant modified = attributes.lastModifiedTime().toInstant();
        // Some file systems cut times to whole or even seconds.
        boolean cut = modified.equals(modified.truncatedTo(ChronoUnit.SECONDS));
        return (cut ? modified.plusSeconds(2) : modified).isBefore(idleSince);
    }
}
