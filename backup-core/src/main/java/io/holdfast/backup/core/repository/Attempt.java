package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Intent;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.PreviousBackup;
import io.holdfast.backup.core.manifest.VoidMarker;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup in flight: its intent is at the destination, its manifest is not yet. Used by one thread, but for
 * {@link #signOfLife}.
 */
public final class Attempt implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final Destination destination;
    private final ControlObjects objects;
    private final ManifestCodec codec;
    private final BackupEncoding encoding;
    private final LineDigest payloadIdsDigest;
    private final Intent intent;
    private final List<String> keys = new ArrayList<>();
    private int signsOfLife;
    private boolean mayBePublished;
    private boolean discarded;

    /** Takes the encoding, which this closes. */
    Attempt(Destination destination, Protection protection, BackupEncoding encoding, Intent intent) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.codec = protection.codec();
        this.encoding = encoding;
        this.payloadIdsDigest = protection.payloadIdsDigest();
        this.intent = intent;
    }

    /** Writes the intent, then the wrapped data keys, each under a name of its own. After a failure nothing is left to close. */
    void begin(Supplier<BackupId> names) {
        try {
            if (!objects.commit(Layout.intent(id()), codec.encode(intent))) {
                throw new BackupException(
                        ErrorCode.INTERNAL, "Backup id " + id() + " was given out twice; check the random generator");
            }
            writeKeys(names);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void writeKeys(Supplier<BackupId> names) {
        KeyFolder folder = KeyFolder.of(destination, id());
        try {
            for (WrappedKey key : encoding.dataKeys()) {
                BackupId name = names.get();
                keys.add(folder.keyOf(name));
                folder.write(name, key, codec);
            }
        } catch (RuntimeException e) {
            try {
                discard();
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Returns the backup that this attempt may publish. */
    public BackupId id() {
        return intent.backupId();
    }

    /** Returns the intent that stands at the destination. */
    public Intent intent() {
        return intent;
    }

    /**
     * Begins the payload.
     *
     * @return the upload, which the caller commits and closes
     */
    public ObjectUpload uploadPayload() {
        return destination.upload(Layout.payload(id()));
    }

    /**
     * Begins the object of the payload ids.
     *
     * @return the upload, which the caller commits and closes
     */
    public ObjectUpload uploadPayloadIds() {
        return destination.upload(Layout.payloadIds(id()));
    }

    /** Returns how the payload is encoded. */
    public ObjectCodec payloadCodec() {
        return encoding.payload();
    }

    /** Returns how the payload ids are encoded. */
    public ObjectCodec payloadIdsCodec() {
        return encoding.payloadIds();
    }

    /** Returns the digest over the plain lines of the payload ids, to be used once. */
    public LineDigest payloadIdsDigest() {
        return payloadIdsDigest;
    }

    /** Returns the newest backup that is published before this one, for its manifest. */
    public Optional<PreviousBackup> previous() {
        return new PreviousBackups(destination, codec).before(id());
    }

    /**
     * Tells every other process that this attempt is alive. Safe to call from another thread.
     *
     * @return false if the attempt was ended by somebody else, so that it can only fail
     * @throws BackupException if the destination fails
     */
    public synchronized boolean signOfLife() {
        if (discarded || destination.stat(Layout.manifest(id())).isPresent()) {
            return false;
        }
        objects.commit(Layout.alive(id(), signsOfLife + 1), new byte[0]);
        signsOfLife++;
        if (signsOfLife > 1) {
            destination.delete(Layout.alive(id(), signsOfLife - 1));
        }
        return true;
    }

    /**
     * Publishes the backup: commits its manifest.
     *
     * @param manifest the description of what was uploaded
     * @param watcher sees each upload of the manifest, so that another thread can close it
     * @throws BackupAbortedException if the attempt was ended by somebody else, or its upload was closed
     * @throws BackupException with {@link ErrorCode#DESTINATION_OUTCOME_UNKNOWN} if nobody can know whether it is published;
     *     with another code if it is not
     */
    public void publish(Manifest manifest, Consumer<ObjectUpload> watcher) {
        byte[] bytes = codec.encode(manifest);
        boolean published;
        mayBePublished = true;
        try {
            published = objects.commit(Layout.manifest(id()), bytes, watcher);
        } catch (BackupException e) {
            mayBePublished = e.code() == ErrorCode.DESTINATION_OUTCOME_UNKNOWN;
            throw e;
        }
        if (!published) {
            mayBePublished = !isVoid();
            throw new BackupAbortedException(
                    "Backup " + id() + " was ended by a sweep because it gave no sign of life for"
                            + " longer than the grace period; nothing is published");
        }
        removeSignsOfLife();
    }

    /** Only a void marker proves that nothing of this attempt can be published: anything else may be ours and damaged. */
    private boolean isVoid() {
        String key = Layout.manifest(id());
        try {
            return objects.read(key)
                    .map(bytes -> codec.decodePublication(bytes, key))
                    .filter(VoidMarker.class::isInstance)
                    .isPresent();
        } catch (BackupException e) {
            return false;
        }
    }

    /**
     * Removes what this attempt has written, its intent last. What may be published is left alone: a later sweep settles it.
     *
     * @throws BackupException if something is left, which a later sweep removes
     */
    public synchronized void discard() {
        if (mayBePublished) {
            LOG.warn("event=attempt_left backup={} reason=\"the outcome of its publication is unknown\"", id());
            return;
        }
        discarded = true;
        for (String key : keysToDiscard()) {
            destination.delete(key);
        }
    }

    private List<String> keysToDiscard() {
        List<String> doomed = new ArrayList<>(keys);
        doomed.add(Layout.payload(id()));
        doomed.add(Layout.payloadIds(id()));
        // The next one may be there too: its commit may have failed with a lost answer.
        for (int i = Math.max(1, signsOfLife - 1); i <= signsOfLife + 1; i++) {
            doomed.add(Layout.alive(id(), i));
        }
        doomed.add(Layout.intent(id()));
        return doomed;
    }

    /** Zeroes the data key. What is at the destination stays as it is. */
    @Override
    public void close() {
        encoding.close();
    }

    private synchronized void removeSignsOfLife() {
        if (signsOfLife == 0) {
            return;
        }
        try {
            destination.delete(Layout.alive(id(), signsOfLife));
        } catch (BackupException e) {
            LOG.warn("event=sign_of_life_left backup={} reason=\"{}\"", id(), e.getMessage());
        }
    }
}
