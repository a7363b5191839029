package io.holdfast.backup.destination.fs;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what the file system throws into what the contract asks for: the one table of codes (D13). */
final class FsErrors {
    /** What the operating systems say, for the errors that the JDK has no type for. */
    private static final Map<ErrorCode, List<String>> WORDS = Map.of(
            ErrorCode.DESTINATION_PERMISSION_DENIED, List.of("operation not permitted"),
            ErrorCode.DESTINATION_NO_SPACE, List.of("file too large", "too many links"),
            ErrorCode.DESTINATION_CONFIG_INVALID, List.of("file name too long"),
            ErrorCode.DESTINATION_UNREACHABLE,
                    List.of(
                            "input/output error",
                            "stale file handle",
                            "stale nfs file handle",
                            "connection timed out",
                            "timer expired",
                            "host is down",
                            "no route to host",
                            "network is unreachable",
                            "network is down",
                            "connection refused",
                            "connection reset",
                            "transport endpoint is not connected",
                            "software caused connection abort",
                            "remote i/o error",
                            "no such device",
                            "too many open files",
                            "cannot allocate memory",
                            "resource temporarily unavailable",
                            "device or resource busy",
                            "interrupted system call"));

    private FsErrors() {}

    /**
     * Returns the failure of an operation on one object or folder.
     *
     * @param operation what was tried, such as {@code write}
     * @param key the object's key, or null when the destination as a whole failed
     * @param path the file or directory that was touched
     * @param error the file system's own error
     */
    static BackupException failure(String operation, @Nullable String key, Path path, IOException error) {
        if (error instanceof ClosedChannelException) {
            return aborted(operation, key, error);
        }
        return failure(codeOf(error, path), operation, key, path, reasonOf(error), error);
    }

    static DestinationException failure(
            ErrorCode code,
            String operation,
            @Nullable String key,
            Path path,
            String reason,
            @Nullable Exception cause) {
        if (key == null) {
            return new DestinationException(code, "Could not " + operation + " at " + path + ": " + reason, cause);
        }
        String message = "Could not " + operation + " \"" + key + "\" at " + path + ": " + reason;
        return new DestinationException(code, key, message, cause);
    }

    /** A channel that closes under its user was closed by another thread or by an interrupt. */
    static BackupAbortedException aborted(String operation, @Nullable String key, @Nullable Throwable cause) {
        String what = key == null ? operation : operation + " \"" + key + "\"";
        String why = Thread.currentThread().isInterrupted() ? "the thread was interrupted" : "it was closed meanwhile";
        return new BackupAbortedException("Could not " + what + ": " + why, cause);
    }

    static void requireNotInterrupted(String operation, @Nullable String key) {
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(operation, key, null);
        }
    }

    static ErrorCode codeOf(IOException error, Path path) {
        ErrorCode known = ErrorCode.classify(error);
        if (known != ErrorCode.INTERNAL) {
            return known;
        }
        String reason = reasonOf(error).toLowerCase(Locale.ROOT);
        for (Map.Entry<ErrorCode, List<String>> entry : WORDS.entrySet()) {
            if (entry.getValue().stream().anyMatch(reason::contains)) {
                return entry.getKey();
            }
        }
        return askFileStore(path);
    }

    /** The operating system may speak another language: ask it for numbers instead. */
    private static ErrorCode askFileStore(Path path) {
        Path existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            FileStore store = Files.getFileStore(existing);
            if (store.isReadOnly()) {
                return ErrorCode.DESTINATION_PERMISSION_DENIED;
            }
            return store.getUsableSpace() < UploadFile.BUFFER_BYTES
                    ? ErrorCode.DESTINATION_NO_SPACE
                    : ErrorCode.INTERNAL;
        } catch (IOException e) {
            return ErrorCode.INTERNAL;
        }
    }

    static String reasonOf(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = error instanceof FileSystemException inFile ? inFile.getReason() : error.getMessage();
        return reason == null ? error.getClass().getSimpleName() : reason;
    }
}
