package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Deletion;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.VoidMarker;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes backups and ends attempts, in an order in which a crash leaves an orphan but never a backup that looks whole.
 *
 * <p>The marker {@code deleting.json} is never withdrawn: a pin holds only if its owner saw no marker after writing it, so every
 * pin that holds was there before the marker, and whoever carries the deletion on, now or after a crash, sees it.
 */
final class Deleter {
    private final Destination destination;
    private final ControlObjects objects;
    private final BackupFolders folders;
    private final ManifestCodec codec;
    private final String repositoryId;
    private final String owner;
    private final Duration grace;

    Deleter(Destination destination, ManifestCodec codec, String repositoryId, String owner, Duration grace) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.folders = new BackupFolders(destination);
        this.codec = codec;
        this.repositoryId = repositoryId;
        this.owner = owner;
        this.grace = grace;
    }

    /** Deletes a published backup. */
    void delete(BackupFolder folder, Instant now, Instant destinationNow) {
        if (!folder.has(Layout.DELETING)) {
            requireUnpinned(folder, "it is kept");
            Deletion deletion = new Deletion(repositoryId, folder.id(), owner, now);
            // Another deletion of the same backup may win here; both go on.
            objects.commit(Layout.deleting(folder.id()), codec.encode(deletion));
        }
        finish(folder.id(), now, destinationNow);
    }

    /** Carries on a deletion whose marker is there. */
    void finish(BackupId id, Instant now, Instant destinationNow) {
        BackupFolder folder = folders.find(id).orElseThrow(() -> notFound(id));
        requireUnpinned(folder, "it is deleted by the next sweep after the last pin is released");
        Optional<ObjectInfo> manifest = folder.get(Layout.MANIFEST);
        if (manifest.isPresent()) {
            destination.delete(Layout.manifest(id));
            // Its writer may still be trying to find out whether it published: the key stays taken for as long as it
            // may try.
            if (Duration.between(manifest.get().lastModified(), destinationNow).compareTo(grace) < 0) {
                voidAttempt(id, "deleted", now);
            }
        }
        removeAllBut(folder, Layout.MANIFEST, Layout.DELETING);
        destination.delete(Layout.deleting(id));
    }

    /**
     * Makes sure that an attempt is never published.
     *
     * @return false if it was published or voided before
     */
    boolean voidAttempt(BackupId id, String reason, Instant now) {
        VoidMarker marker = new VoidMarker(repositoryId, id, owner, reason, now);
        return objects.commit(Layout.manifest(id), codec.encode(marker));
    }

    /** Removes everything in a folder but the named objects; the intent goes last, since it says what the rest is. */
    int removeAllBut(BackupFolder folder, String... kept) {
        List<String> doomed = new ArrayList<>(folder.objects().keySet());
        doomed.removeAll(List.of(kept));
        if (doomed.remove(Layout.INTENT)) {
            doomed.add(Layout.INTENT);
        }
        doomed.forEach(name -> destination.delete(Layout.folder(folder.id()) + name));
        return doomed.size();
    }

    static BackupException notFound(BackupId id) {
        return new BackupException(ErrorCode.BACKUP_NOT_FOUND, "Expected a published backup " + id + ", found none");
    }

    private static void requireUnpinned(BackupFolder folder, String consequence) {
        List<String> owners = folder.pinOwners();
        if (!owners.isEmpty()) {
            throw new BackupException(
                    ErrorCode.DESTINATION_OBJECT_LOCKED,
                    "Backup " + folder.id() + " is pinned by " + owners + "; " + consequence);
        }
    }
}
