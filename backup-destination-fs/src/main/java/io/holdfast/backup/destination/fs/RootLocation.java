package io.holdfast.backup.destination.fs;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.PropertyReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Where the configuration says that the root is, before it is opened. */
final class RootLocation {
    private static final String PATH = "path";

    private RootLocation() {}

    /** Reads the path, from the URI or the property; notes what is wrong with it and then returns a placeholder. */
    static Path read(DestinationConfig config, PropertyReader reader) {
        Optional<URI> uri = config.uri();
        try {
            Path path = uri.isPresent() ? ofUri(uri.get(), reader) : Path.of(reader.required(PATH));
            boolean written = uri.isPresent() || !path.toString().isEmpty();
            if (written && (!path.isAbsolute() || !path.equals(path.normalize()))) {
                reader.mistake(PATH, "must be absolute and without . and .., found \"" + path + "\"");
            }
            return path;
        } catch (IllegalArgumentException e) {
            String found = uri.map(RootLocation::withoutQuery)
                    .orElseGet(() -> String.valueOf(config.properties().get(PATH)));
            reader.mistake(PATH, "must be a path of this platform, found \"" + found + "\" (" + e.getMessage() + ")");
            return Path.of("");
        }
    }

    private static Path ofUri(URI uri, PropertyReader reader) {
        if (reader.optional(PATH).isPresent()) {
            reader.mistake(PATH, "must not be given beside a file: URI, which is a path itself");
        }
        String raw = uri.getRawPath();
        if (!"file".equalsIgnoreCase(uri.getScheme())
                || uri.getRawAuthority() != null
                || uri.getRawFragment() != null
                || raw == null) {
            throw new InvalidPathException(
                    withoutQuery(uri), "expected file:/ and an absolute path, without host or #");
        }
        if (raw.toLowerCase(Locale.ROOT).contains("%2f")) {
            throw new InvalidPathException(withoutQuery(uri), "an encoded slash is part of no file name");
        }
        return Path.of(URI.create("file:" + raw));
    }

    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        int mark = text.indexOf('?');
        return mark < 0 ? text : text.substring(0, mark);
    }

    /** Makes the directory and those above it, private and durable, as far as they are not there. */
    static void create(Path path) {
        if (Files.exists(path)) {
            return;
        }
        Path parent = path.getParent();
        if (parent != null) {
            create(parent);
        }
        try {
            PrivateFiles.createDirectory(path);
            if (parent != null) {
                DirectorySync.sync(parent);
            }
        } catch (FileAlreadyExistsException e) {
            requireCreatedByAnother(path, e);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private static void requireCreatedByAnother(Path path, IOException error) {
        if (Files.isSymbolicLink(path) && !Files.exists(path)) {
            throw FsErrors.failure(
                    ErrorCode.DESTINATION_NOT_FOUND,
                    "open the destination",
                    null,
                    path,
                    "found a symbolic link to something that is not there",
                    error);
        }
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(path)) {
            throw failure(path, error);
        }
    }

    private static RuntimeException failure(Path path, IOException error) {
        Path parent = path.getParent();
        if (parent != null && Files.exists(parent) && !Files.isDirectory(parent)) {
            return FsErrors.failure(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    "open the destination",
                    null,
                    path,
                    "expected a directory at " + parent + ", found a file",
                    error);
        }
        return FsErrors.failure("open the destination", null, path, error);
    }
}
