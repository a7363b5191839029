package io.holdfast.backup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every way in which Holdfast fails, each with a stable name on the wire, a hint for an operator and what may be done
 * next.
 *
 * <p>Wire values never change and never disappear; new ones may be added, so a reader must tolerate one that it does not
 * know.
 */
public enum ErrorCode {
    /** The destination refuses this operation to these credentials or to this user. */
    DESTINATION_PERMISSION_DENIED(Recovery.FAIL, "Grant the destination's user read, write, list and delete rights."),
    /** The bucket, directory or server itself is not there. */
    DESTINATION_NOT_FOUND(Recovery.FAIL, "Check the location; a removed mount or bucket must be brought back first."),
    /** The destination is full or over its quota. */
    DESTINATION_NO_SPACE(Recovery.FAIL, "Free space at the destination or prune old backups, then run again."),
    /** The destination cannot be reached, or broke off in the middle. */
    DESTINATION_UNREACHABLE(Recovery.RETRY, "Check network, mount and server; the next run tries again."),
    /** The destination asks for fewer or slower requests. */
    DESTINATION_THROTTLED(Recovery.RETRY, "Wait and run again; lower the number of parallel transfers if it recurs."),
    /** The destination does not accept the credentials. */
    DESTINATION_CREDENTIALS_INVALID(Recovery.FAIL, "Check or renew the credentials of the destination."),
    /** The location is in use by something else: another store's repository, a block store, foreign objects. */
    DESTINATION_PATH_CONFLICT(Recovery.FAIL, "Give every store a location of its own, or adopt the store explicitly."),
    /** A property of the destination is missing, unknown or out of range. */
    DESTINATION_CONFIG_INVALID(Recovery.FAIL, "Correct the named properties."),
    /** The key is taken; its object was not touched. */
    DESTINATION_OBJECT_EXISTS(Recovery.FAIL, "Objects are written once; use another key."),
    /** No object has this key. */
    DESTINATION_OBJECT_MISSING(Recovery.FAIL, "Verify the backup; the object was deleted or never written."),
    /** The object may not be deleted or replaced now: a pin, a legal hold, a retention lock. */
    DESTINATION_OBJECT_LOCKED(Recovery.FAIL, "Release the pin or wait for the lock to end."),
    /** The answer was lost: the commit may or may not have happened. */
    DESTINATION_OUTCOME_UNKNOWN(Recovery.VERIFY_THEN_RETRY, "Look at the destination before anything is repeated."),
    /** The store could not produce its snapshot, or broke the rules of {@link Backupable}. */
    SOURCE_UNAVAILABLE(Recovery.RETRY, "Look at the store's own error; the destination is not to blame."),
    /** A run on this repository is in progress. */
    BACKUP_ALREADY_RUNNING(Recovery.RETRY, "Wait for the running job to end, or cancel it."),
    /** The repository holds no such backup. */
    BACKUP_NOT_FOUND(Recovery.FAIL, "List the backups; this one was deleted or never published."),
    /** The backup is published but an object that it needs is missing or has another size. */
    BACKUP_INCOMPLETE(Recovery.FAIL, "Restore another backup and find out who deletes objects at the destination."),
    /** The run was cancelled, stalled or interrupted. */
    BACKUP_ABORTED(Recovery.RETRY, "Nothing was published; run again when ready."),
    /** The store does not implement {@link Backupable}. */
    BACKUP_UNSUPPORTED(Recovery.FAIL, "Only a store that implements Backupable can be backed up."),
    /** A control object is not what the format says: no JSON, a missing field, a wrong type, too large. */
    MANIFEST_INVALID(Recovery.FAIL, "Restore another backup; this one's description cannot be read."),
    /** A newer release wrote this. */
    MANIFEST_VERSION_UNSUPPORTED(Recovery.FAIL, "Use the release that wrote the backup, or a newer one."),
    /** A control object does not carry the checksum or authentication code of its own bytes. */
    MANIFEST_TAMPERED(Recovery.FAIL, "Somebody or some disk changed the object after it was written; do not trust it."),
    /** Stored bytes do not have the digest that was recorded for them. */
    INTEGRITY_MISMATCH(Recovery.FAIL, "The stored bytes have changed; restore another backup."),
    /** Bytes could not be decrypted: wrong key, changed bytes or a cut stream; which of them is not told. */
    DECRYPTION_FAILED(
            Recovery.FAIL, "Check which key the backup was made for; if it is the right one, restore another."),
    /** The key that is referred to cannot be had here. */
    ENCRYPTION_KEY_UNAVAILABLE(Recovery.FAIL, "Provide the referenced key on this host."),
    /** The key material has the wrong form. */
    ENCRYPTION_KEY_INVALID(Recovery.FAIL, "Provide key material of the documented form and length."),
    /** The backup belongs to another store. */
    STORE_MISMATCH(Recovery.FAIL, "Choose a backup of this store's kind and lineage, or adopt the lineage explicitly."),
    /** Something must be done before a restore may begin. */
    RESTORE_PRECONDITION_FAILED(Recovery.FAIL, "Remove the named blockers, then restore."),
    /** The store found the restored stream damaged, foreign or cut. */
    RESTORE_CORRUPT(Recovery.FAIL, "Throw the target away and restore another backup."),
    /** The target of the restore holds data. */
    RESTORE_DESTINATION_NOT_EMPTY(Recovery.FAIL, "Restore into an empty store."),
    /** The snapshot is of a schema version that this store cannot load. */
    SCHEMA_VERSION_MISMATCH(Recovery.FAIL, "Restore with the application release that made the backup, then upgrade."),
    /** The schedule's expression is not valid. */
    SCHEDULE_INVALID(Recovery.FAIL, "Correct the expression."),
    /** It cannot be told which payload ids are needed: nothing may be collected. */
    HOLD_UNAVAILABLE(Recovery.RETRY, "Do not collect; make the destination readable or repair the named backup first."),
    /** A failure that nobody foresaw. */
    INTERNAL(Recovery.FAIL, "Report it, with the cause.");

    private final String wireValue = name().toLowerCase(Locale.ROOT);
    private final Recovery recovery;
    private final String hint;

    ErrorCode(Recovery recovery, String hint) {
        this.recovery = recovery;
        this.hint = hint;
    }

    /** Returns the stable name, such as {@code destination_no_space}. */
    public String wireValue() {
        return wireValue;
    }

    /** Returns what a caller may do after this failure. */
    public Recovery recovery() {
        return recovery;
    }

    /** Returns one sentence that tells an operator what to do. */
    public String hint() {
        return hint;
    }

    /**
     * Returns the code with this wire value.
     *
     * @param wireValue a name such as {@code destination_no_space}
     * @return the code, or empty when this release does not know it
     */
    public static Optional<ErrorCode> ofWireValue(String wireValue) {
        for (ErrorCode code : values()) {
            if (code.wireValue.equals(wireValue)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the code that tells best what went wrong.
     *
     * <p>The cause chain is walked from the outside in. The first {@link BackupException} decides; without one, a full
     * disk, a refused permission, a missing file and a network failure among the exceptions of {@code java.io},
     * {@code java.nio} and {@code java.net} decide, in this order; otherwise it is {@link #INTERNAL}. Where the JDK has no
     * type for a failure, the operating system's words are read, in English only. Classifying an exception that was built
     * with the result gives the same result.
     *
     * @param failure what was thrown
     * @return its code
     */
    public static ErrorCode classify(Throwable failure) {
        ErrorCode best = INTERNAL;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof BackupException known) {
                return known.code();
            }
            ErrorCode raw = classifyRaw(t);
            if (rank(raw) < rank(best)) {
                best = raw;
            }
        }
        return best;
    }

    private static int rank(ErrorCode code) {
        return switch (code) {
            case DESTINATION_NO_SPACE -> 0;
            case DESTINATION_PERMISSION_DENIED -> 1;
            case DESTINATION_NOT_FOUND -> 2;
            case DESTINATION_UNREACHABLE -> 3;
            default -> 4;
        };
    }

    private static ErrorCode classifyRaw(Throwable failure) {
        if (saysNoSpace(failure)) {
            return DESTINATION_NO_SPACE;
        }
        if (failure instanceof AccessDeniedException || saysDenied(failure)) {
            return DESTINATION_PERMISSION_DENIED;
        }
        if (failure instanceof NoSuchFileException
                || failure instanceof NotDirectoryException
                || (failure instanceof FileNotFoundException && saysMissing(failure))) {
            return DESTINATION_NOT_FOUND;
        }
        if (failure instanceof UnknownHostException
                || failure instanceof SocketException
                || failure instanceof SocketTimeoutException) {
            return DESTINATION_UNREACHABLE;
        }
        return INTERNAL;
    }

    /** The JDK has no type for a full disk: the operating system's own words are all there is. */
    private static boolean saysNoSpace(Throwable failure) {
        String text = systemMessage(failure);
        return text.contains("no space left on device")
                || text.contains("disk quota exceeded")
                || text.contains("not enough space on the disk");
    }

    /** {@code java.io} has no type for it either, and calls a file that may not be opened "not found". */
    private static boolean saysDenied(Throwable failure) {
        if (failure instanceof SocketException) {
            return false; // a firewall's word, not the destination's
        }
        String text = systemMessage(failure);
        return text.contains("read-only file system")
                || text.contains("permission denied")
                || text.contains("access is denied")
                || text.contains("operation not permitted");
    }

    /** Also thrown for a directory, or when too many files are open; without brackets, only the type speaks. */
    private static boolean saysMissing(Throwable failure) {
        String text = systemMessage(failure);
        return !text.endsWith(")")
                || text.startsWith("no such file or directory")
                || text.startsWith("not a directory")
                || text.startsWith("the system cannot find");
    }

    private static String systemMessage(Throwable failure) {
        if (!(failure instanceof IOException)) {
            return "";
        }
        String text = failure instanceof FileSystemException inFile ? inFile.getReason() : failure.getMessage();
        if (text == null) {
            return "";
        }
        if (failure instanceof FileNotFoundException) {
            // The path comes first and may hold any words; the system's are in brackets at the end.
            text = text.substring(text.lastIndexOf('(') + 1);
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
