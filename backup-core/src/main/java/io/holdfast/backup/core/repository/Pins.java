package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Pin;
import io.holdfast.backup.core.manifest.VoidMarker;
import io.holdfast.backup.destination.Destination;
import java.util.Optional;

/** Writes and removes pins. */
final class Pins {
    private final Destination destination;
    private final ControlObjects objects;
    private final ManifestCodec codec;

    Pins(Destination destination, ManifestCodec codec) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.codec = codec;
    }

    static void requireValid(String owner, String reason) {
        if (!owner.matches("[A-Za-z0-9._-]{1,100}") || owner.matches("[.]+")) {
            throw new IllegalArgumentException(
                    "Expected an owner of 1 to 100 characters of [A-Za-z0-9._-], found \"" + owner + "\"");
        }
        if (reason.length() > 1024) {
            throw new IllegalArgumentException("Expected a reason of up to 1024 characters, found " + reason.length());
        }
    }

    void pin(Pin pin) {
        BackupId id = pin.backupId();
        String key = Layout.pin(id, pin.owner());
        // A pin of the same owner that is already there is as good.
        boolean written = objects.commit(key, codec.encode(pin));
        boolean deleting = destination.stat(Layout.deleting(id)).isPresent();
        if (!deleting && isPublished(id)) {
            return;
        }
        if (written) {
            destination.delete(key);
        }
        if (deleting) {
            throw new BackupException(
                    ErrorCode.DESTINATION_OBJECT_LOCKED, "Backup " + id + " cannot be pinned: its deletion has begun");
        }
        throw Deleter.notFound(id);
    }

    /** A deletion that is over has left nothing under the manifest's key, or a void marker. Damage is no proof of that. */
    private boolean isPublished(BackupId id) {
        String key = Layout.manifest(id);
        Optional<byte[]> bytes = objects.read(key);
        if (bytes.isEmpty()) {
            return false;
        }
        try {
            return !(codec.decodePublication(bytes.get(), key) instanceof VoidMarker);
        } catch (BackupException e) {
            return true;
        }
    }

    void unpin(BackupId id, String owner) {
        destination.delete(Layout.pin(id, owner));
    }
}
