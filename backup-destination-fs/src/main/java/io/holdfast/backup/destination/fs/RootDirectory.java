package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all objects, as it was when the destination was opened. Finds files below it without following
 * any symbolic link, and knows the difference between "not there" and "the root is gone" (D9). Immutable.
 */
final class RootDirectory {
    private final Path path;
    /** What tells this directory from another one at the same path. */
    private final String identityAttribute;

    private final @Nullable Object identity;

    private RootDirectory(Path path, String identityAttribute) throws IOException {
        this.path = path;
        this.identityAttribute = identityAttribute;
        this.identity = currentIdentity();
    }

    /**
     * Opens a directory that exists.
     *
     * @param configured its path, perhaps through symbolic links, which are resolved now and never again
     */
    static RootDirectory of(Path configured) {
        try {
            Path real = configured.toRealPath();
            if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
                throw FsErrors.failure(
                        ErrorCode.DESTINATION_PATH_CONFLICT,
                        "open the destination",
                        null,
                        configured,
                        "expected a directory, found a file; give the destination a directory of its own",
                        null);
            }
            if (!Files.isReadable(real) || !Files.isExecutable(real)) {
                throw FsErrors.failure(
                        ErrorCode.DESTINATION_PERMISSION_DENIED,
                        "open the destination",
                        null,
                        configured,
                        "this user may not read the directory",
                        null);
            }
            return new RootDirectory(real, identityAttributeOf(real));
        } catch (IOException e) {
            throw FsErrors.failure("open the destination", null, configured, e);
        }
    }

    /** User space file systems may renumber their files at will: there, only the device tells. */
    private static String identityAttributeOf(Path directory) throws IOException {
        boolean renumbers = PrivateFiles.permissionsSupported(directory)
                && Files.getFileStore(directory).type().startsWith("fuse");
        return renumbers ? "unix:dev" : "fileKey";
    }

    private @Nullable Object currentIdentity() throws IOException {
        return Files.getAttribute(path, identityAttribute, LinkOption.NOFOLLOW_LINKS);
    }

    Path path() {
        return path;
    }

    /** Returns the canonical location: two handles on one directory have the same. */
    String location() {
        return "file:" + path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    /** Returns where a key's object, or a folder of keys, is. */
    Path resolve(String key) {
        return path.resolve(key);
    }

    /**
     * Makes sure that the root is still the directory that was opened. A mount that went away leaves an empty directory
     * behind, which must not pass for an empty destination.
     */
    void requirePresent(String operation) {
        boolean same;
        try {
            same = attributesOf(path).isDirectory() && Objects.equals(identity, currentIdentity());
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw gone(operation, "the destination's directory is gone; bring it or its mount back", e);
        } catch (IOException e) {
            throw FsErrors.failure(operation, null, path, e);
        }
        if (!same) {
            throw gone(
                    operation,
                    "another directory is in the place of the one that was opened, as after an unmount;"
                            + " bring it back, or open the destination again",
                    null);
        }
    }

    private DestinationException gone(String operation, String reason, @Nullable IOException cause) {
        return FsErrors.failure(ErrorCode.DESTINATION_NOT_FOUND, operation, null, path, reason, cause);
    }

    /** Finds an object. Empty only if it is known that no object has this key. */
    Optional<BasicFileAttributes> findObject(String operation, String key) {
        return find(operation, key).filter(BasicFileAttributes::isRegularFile);
    }

    /** Finds the file or directory with this key, or which is a folder of keys; the root itself for the empty one. */
    Optional<BasicFileAttributes> find(String operation, String key) {
        requirePresent(operation);
        try {
            Path place = path;
            BasicFileAttributes attributes = attributesOf(place);
            for (Path name : path.relativize(resolve(key))) {
                if (name.toString().isEmpty()) {
                    break;
                }
                if (attributes.isRegularFile()) {
                    return Optional.empty();
                }
                place = place.resolve(name);
                attributes = attributesOf(place);
                requireFileOrDirectory(operation, key, place, attributes);
            }
            return Optional.of(attributes);
        } catch (NoSuchFileException e) {
            requirePresent(operation);
            return Optional.empty();
        } catch (IOException e) {
            throw FsErrors.failure(operation, key, resolve(key), e);
        }
    }

    /**
     * Refuses what is neither a file nor a directory. A link is not followed out of the root; nor is it ignored, because
     * what it hides would then look absent.
     */
    static void requireFileOrDirectory(String operation, String key, Path place, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile() && !attributes.isDirectory()) {
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    operation,
                    key,
                    place,
                    "expected a file or a directory, found "
                            + (attributes.isSymbolicLink() ? "a symbolic link" : "something else")
                            + "; remove it from the destination",
                    null);
        }
    }

    static BasicFileAttributes attributesOf(Path place) throws IOException {
        return Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
