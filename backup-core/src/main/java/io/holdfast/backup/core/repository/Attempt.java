package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Intent;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.PreviousBackup;
import io.holdfast.backup.core.manifest.VoidMarker;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup in flight: its intent is at the destination, its manifest is not yet. Used by one thread, but for
 * {@link #signOfLife}.
 */
public final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final Destination destination;
    private final ControlObjects objects;
    private final ManifestCodec codec;
    private final Intent intent;
    private int signsOfLife;
    private boolean mayBePublished;
    private boolean discarded;

    Attempt(Destination destination, ManifestCodec codec, Intent intent) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.codec = codec;
        this.intent = intent;
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
        List<String> keys = new ArrayList<>();
        keys.add(Layout.payload(id()));
        keys.add(Layout.payloadIds(id()));
        // The next one may be there too: its commit may have failed with a lost answer.
        for (int i = Math.max(1, signsOfLife - 1); i <= signsOfLife + 1; i++) {
            keys.add(Layout.alive(id(), i));
        }
        keys.add(Layout.intent(id()));
        return keys;
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
