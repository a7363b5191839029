package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes small objects whole, and finds out what became of a commit whose answer was lost. */
final class ControlObjects {
    private static final Logger LOG = LoggerFactory.getLogger(ControlObjects.class);
    private static final int MAX_TRIES = 3;
    private static final Set<ErrorCode> DAMAGE = Set.of(
            ErrorCode.MANIFEST_INVALID,
            ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
            ErrorCode.MANIFEST_TAMPERED,
            // Sealed with a key that this reader does not have.
            ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);

    private final Destination destination;

    ControlObjects(Destination destination) {
        this.destination = destination;
    }

    /** Whether a failure says that an object cannot be read as it stands, and not that it cannot be had just now. */
    static boolean saysDamaged(BackupException failure) {
        return DAMAGE.contains(failure.code());
    }

    /** Returns the object's bytes; empty only if it is known not to be there. */
    Optional<byte[]> read(String key) {
        try (InputStream in = destination.open(key, 0)) {
            return Optional.of(in.readNBytes(ManifestCodec.MAX_BYTES + 1));
        } catch (DestinationException e) {
            if (e.code() == ErrorCode.DESTINATION_OBJECT_MISSING) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw new DestinationException(ErrorCode.classify(e), key, key + " could not be read: " + e, e);
        }
    }

    /**
     * Commits an object and settles an unknown outcome by committing the same bytes again.
     *
     * @return whether these bytes now stand under the key; false if others do
     * @throws BackupException with {@code destination_outcome_unknown} if it stays unknown, another code if it did not happen
     */
    boolean commit(String key, byte[] bytes) {
        return commit(key, bytes, upload -> {});
    }

    /**
     * The same, showing each upload before its bytes are written, so that another thread can close it.
     *
     * @param watcher sees each upload
     */
    boolean commit(String key, byte[] bytes, Consumer<ObjectUpload> watcher) {
        Optional<DestinationException> unknown = Optional.empty();
        for (int i = 0; i < MAX_TRIES; i++) {
            try {
                commitOnce(key, bytes, watcher);
                return true;
            } catch (DestinationException e) {
                if (e.code() == ErrorCode.DESTINATION_OBJECT_EXISTS) {
                    return holds(key, bytes, unknown);
                }
                if (e.code() != ErrorCode.DESTINATION_OUTCOME_UNKNOWN) {
                    throw unknown.isEmpty() ? e : stillUnknown(key, unknown.get(), e);
                }
                unknown = Optional.of(e);
            } catch (RuntimeException e) {
                throw unknown.isEmpty() ? e : stillUnknown(key, unknown.get(), e);
            }
        }
        throw unknown.orElseThrow();
    }

    private boolean holds(String key, byte[] bytes, Optional<DestinationException> unknown) {
        try {
            return read(key).filter(found -> Arrays.equals(found, bytes)).isPresent();
        } catch (RuntimeException e) {
            if (unknown.isEmpty()) {
                return false;
            }
            throw stillUnknown(key, unknown.get(), e);
        }
    }

    private void commitOnce(String key, byte[] bytes, Consumer<ObjectUpload> watcher) {
        boolean committed = false;
        try (ObjectUpload upload = destination.upload(key)) {
            watcher.accept(upload);
            upload.write(bytes);
            upload.commit();
            committed = true;
        } catch (BackupException e) {
            // After the commit only the close can fail, and that takes nothing back.
            if (!committed) {
                throw e;
            }
            LOG.warn("event=upload_left key={} reason=\"{}\"", key, e.getMessage());
        } catch (IOException e) {
            throw new DestinationException(ErrorCode.classify(e), key, key + " could not be written: " + e, e);
        }
    }

    /** A plain failure of a later try says nothing about the first one. */
    private static DestinationException stillUnknown(String key, DestinationException unknown, RuntimeException later) {
        DestinationException failure = new DestinationException(
                ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                key,
                key + " may or may not have been committed, and the attempt to find out failed: " + later.getMessage(),
                unknown);
        failure.addSuppressed(later);
        return failure;
    }
}
