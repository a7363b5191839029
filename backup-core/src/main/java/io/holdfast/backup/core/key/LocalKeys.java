package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads keys that lie on this host: {@code env:NAME}, 64 hexadecimal digits in an environment variable, and {@code file:/path},
 * a file of exactly 32 bytes.
 */
final class LocalKeys {
    static final String ENV = "env";
    static final String FILE = "file";

    private static final Logger LOG = LoggerFactory.getLogger(LocalKeys.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    private final Function<String, @Nullable String> environment;

    LocalKeys(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /** Reads the key, which the caller closes. */
    KeyMaterial load(String reference) {
        String name = reference.substring(reference.indexOf(':') + 1);
        if (reference.startsWith(ENV + ":")) {
            return fromEnvironment(name);
        }
        if (reference.startsWith(FILE + ":")) {
            return fromFile(pathOf(name));
        }
        throw new BackupException(
                ErrorCode.ENCRYPTION_KEY_INVALID,
                "Expected a key on this host, env:NAME or file:/path, found " + reference);
    }

    /** Whether the file of a reference can be read by others than its owner. */
    boolean readableByOthers(String reference) {
        return reference.startsWith(FILE + ":") && readableByOthers(pathOf(reference.substring(FILE.length() + 1)));
    }

    private KeyMaterial fromEnvironment(String name) {
        if (!NAME.matcher(name).matches()) {
            throw invalid(ENV + ":" + name, "the name of an environment variable", "another form");
        }
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Key env:" + name + ": expected 64 hexadecimal digits in this environment variable, found nothing");
        }
        String digits = value.strip();
        if (!HEX.matcher(digits).matches()) {
            throw invalid(ENV + ":" + name, "64 hexadecimal digits", digits.length() + " characters of another form");
        }
        byte[] bytes = HexFormat.of().parseHex(digits);
        try {
            return KeyMaterial.of(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static Path pathOf(String name) {
        try {
            Path path = Path.of(name);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID, "Key file: expected an absolute path, found another form", e);
        }
        throw invalid(FILE + ":" + name, "an absolute path", "a relative one");
    }

    private static KeyMaterial fromFile(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Key file:" + path + ": expected a file of 32 bytes, found "
                            + (Files.exists(path) ? "something else" : "nothing"));
        }
        if (readableByOthers(path)) {
            LOG.warn("event=key_file_readable_by_others file=\"{}\"", path);
        }
        byte[] bytes = {};
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(KeyMaterial.LENGTH + 1);
            if (bytes.length != KeyMaterial.LENGTH) {
                throw invalid(
                        FILE + ":" + path,
                        "exactly 32 bytes",
                        bytes.length < KeyMaterial.LENGTH ? bytes.length + "" : "more");
            }
            return KeyMaterial.of(bytes);
        } catch (IOException e) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE, "Key file:" + path + " could not be read: " + e, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static boolean readableByOthers(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            // Where there are no such permissions nothing can be said; a file that is not there is found when it is
            // read.
            return false;
        }
    }

    private static BackupException invalid(String reference, String expected, String found) {
        return new BackupException(
                ErrorCode.ENCRYPTION_KEY_INVALID, "Key " + reference + ": expected " + expected + ", found " + found);
    }
}
