package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a whole and synced temporary file becomes the object (D1, D2, D3). */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final RootDirectory root;
    private final Folders folders;
    private final boolean hardLinks;

    private Publication(RootDirectory root, Folders folders, boolean hardLinks) {
        this.root = root;
        this.folders = folders;
        this.hardLinks = hardLinks;
    }

    /**
     * Finds out whether the file system has exclusive hard links. Where it cannot be tried, for want of rights or space, it
     * is taken to have them: a commit that finds none then fails and harms nobody.
     */
    static Publication probe(RootDirectory root, Folders folders) {
        Path file = root.resolve(TemporaryName.next());
        Path link = root.resolve(TemporaryName.next());
        try {
            PrivateFiles.createFile(file).close();
        } catch (IOException e) {
            LOG.debug("Hard links could not be tried in {}: {}", root.path(), FsErrors.reasonOf(e));
            return new Publication(root, folders, true);
        }
        try {
            return new Publication(root, folders, linksExclusively(file, link));
        } finally {
            remove(link);
            remove(file);
        }
    }

    private static boolean linksExclusively(Path file, Path link) {
        try {
            Files.createLink(link, file);
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            ErrorCode code = FsErrors.codeOf(e, file);
            // "Operation not permitted" is how a file system without links answers, "permission denied" is not.
            return e instanceof AccessDeniedException
                    || code == ErrorCode.DESTINATION_NO_SPACE
                    || code == ErrorCode.DESTINATION_UNREACHABLE;
        }
        try {
            Files.createLink(link, file);
            return false;
        } catch (IOException e) {
            return e instanceof FileAlreadyExistsException;
        }
    }

    private static void remove(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn(
                    "The temporary file {} stays until abandoned uploads are discarded: {}",
                    temporary,
                    FsErrors.reasonOf(e));
        }
    }

    /** Tells whether of many commits on one key exactly one wins. */
    boolean isExclusive() {
        return hardLinks;
    }

    /**
     * Makes the object visible and durable, and removes the temporary file. After a failure the caller removes it.
     *
     * @throws io.holdfast.backup.destination.DestinationException with {@link ErrorCode#DESTINATION_OUTCOME_UNKNOWN} if
     *     nobody can know, or another code if the object is not there
     */
    void publish(String key, Path temporary) {
        Path target = root.resolve(key);
        if (hardLinks) {
            link(key, temporary, target);
            remove(temporary);
        } else {
            move(key, temporary, target);
        }
        try {
            folders.syncAbove(key);
        } catch (IOException e) {
            withdraw(key, target, e);
            throw FsErrors.failure("make durable", key, target, e);
        } catch (BackupException e) {
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_OUTCOME_UNKNOWN, "make durable", key, target, "the root went away", e);
        }
    }

    private void link(String key, Path temporary, Path target) {
        try {
            Files.createLink(target, temporary);
        } catch (IOException e) {
            // A network file system may lose the answer to a link that it made, and then find its own.
            if (!isLinked(key, temporary, target, e)) {
                throw refusal(key, temporary, target, e);
            }
        }
    }

    private boolean isLinked(String key, Path temporary, Path target, IOException error) {
        try {
            return Files.isSameFile(temporary, target);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            e.addSuppressed(error);
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_OUTCOME_UNKNOWN, "publish", key, target, FsErrors.reasonOf(error), e);
        }
    }

    private void move(String key, Path temporary, Path target) {
        try {
            Object file = RootDirectory.attributesOf(temporary).fileKey();
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (!isMoved(key, file, temporary, target, e)) {
                    throw e;
                }
            }
        } catch (IOException e) {
            throw refusal(key, temporary, target, e);
        }
    }

    private boolean isMoved(String key, @Nullable Object file, Path temporary, Path target, IOException error) {
        if (Files.exists(temporary) || Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            if (file != null) {
                return file.equals(RootDirectory.attributesOf(target).fileKey());
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        throw FsErrors.failure(
                ErrorCode.DESTINATION_OUTCOME_UNKNOWN, "publish", key, target, FsErrors.reasonOf(error), error);
    }

    /** Returns the failure of a commit whose temporary file is not there any more. */
    BackupException vanished(String key, Path temporary, NoSuchFileException error) {
        root.requirePresent("publish");
        return FsErrors.failure(
                ErrorCode.DESTINATION_UNREACHABLE,
                "publish",
                key,
                temporary,
                "the temporary file was removed under way, as a sweep of abandoned uploads does after long idleness;"
                        + " nothing was published",
                error);
    }

    private BackupException refusal(String key, Path temporary, Path target, IOException error) {
        if (error instanceof NoSuchFileException missing) {
            return vanished(key, temporary, missing);
        }
        if (!(error instanceof FileAlreadyExistsException)) {
            return FsErrors.failure("publish", key, target, error);
        }
        try {
            BasicFileAttributes attributes = RootDirectory.attributesOf(target);
            RootDirectory.requireFileOrDirectory("publish", key, target, attributes);
            if (attributes.isDirectory()) {
                return FsErrors.failure(
                        ErrorCode.DESTINATION_PATH_CONFLICT,
                        "publish",
                        key,
                        target,
                        "a folder of keys has this name",
                        error);
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        return FsErrors.failure(
                ErrorCode.DESTINATION_OBJECT_EXISTS,
                "publish",
                key,
                target,
                "the key is taken; its object was not touched",
                error);
    }

    /** A sync that failed must not be tried again: the system may have dropped what it could not write. */
    private static void withdraw(String key, Path target, IOException error) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            e.addSuppressed(error);
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                    "withdraw",
                    key,
                    target,
                    "it is visible but perhaps not durable",
                    e);
        }
    }
}
