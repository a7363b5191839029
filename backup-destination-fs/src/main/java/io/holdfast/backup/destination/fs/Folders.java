package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories between the root and the objects: made when an object needs them, removed when they are empty. */
final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

    private final RootDirectory root;

    Folders(RootDirectory root) {
        this.root = root;
    }

    /**
     * Makes the directory of an object, and those above it.
     *
     * @throws NoSuchFileException if somebody who removes empty directories was faster
     */
    Path makeFor(String key) throws IOException {
        Path folder = root.path();
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            folder = root.resolve(key.substring(0, slash));
            try {
                PrivateFiles.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                requireDirectory(key, folder);
            }
        }
        return folder;
    }

    private static void requireDirectory(String key, Path folder) throws IOException {
        BasicFileAttributes attributes = RootDirectory.attributesOf(folder);
        RootDirectory.requireFileOrDirectory("upload", key, folder, attributes);
        if (!attributes.isDirectory()) {
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    "upload",
                    key,
                    folder,
                    "an object has this name, so that no key may continue it",
                    null);
        }
    }

    /** Returns the folder of a key, without a slash at its end; empty for the root. */
    static String folderOf(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('/')));
    }

    /**
     * Makes the entry of an object durable, and those of every directory above it up to the root: whoever made them, a
     * crash must not take them away from under an object.
     */
    void syncAbove(String key) throws IOException {
        String folder = key;
        do {
            folder = folderOf(folder);
            try {
                DirectorySync.sync(root.resolve(folder));
            } catch (NoSuchFileException e) {
                // Emptied and removed meanwhile: nothing in it is left to be kept.
                root.requirePresent("sync a directory");
            }
        } while (!folder.isEmpty());
    }

    /** Removes the directories above a key, up to the first that is not empty; never the root. */
    void pruneAbove(String key) {
        for (String folder = folderOf(key); !folder.isEmpty(); folder = folderOf(folder)) {
            Path directory = root.resolve(folder);
            try {
                Files.delete(directory);
            } catch (DirectoryNotEmptyException e) {
                return;
            } catch (NoSuchFileException e) {
                // Another deletion was faster; what is above may still be ours to remove.
            } catch (IOException e) {
                LOG.debug("The empty directory {} stays: {}", directory, FsErrors.reasonOf(e));
                return;
            }
        }
    }
}
