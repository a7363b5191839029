package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.time.Instant;

/** Asks a destination what time it has, by writing an object: ages are differences between two of its own times. */
final class DestinationTime {
    private final Destination destination;

    DestinationTime(Destination destination) {
        this.destination = destination;
    }

    /**
     * Returns the destination's present time.
     *
     * @param unique an id that nobody else uses
     */
    Instant now(BackupId unique) {
        String key = Layout.PROBES + unique.value();
        new ControlObjects(destination).commit(key, new byte[0]);
        try {
            return destination
                    .stat(key)
                    .map(ObjectInfo::lastModified)
                    .orElseThrow(() -> new BackupException(
                            ErrorCode.DESTINATION_OBJECT_MISSING,
                            key + " was written to " + destination.info().location() + " and is not there now"));
        } finally {
            destination.delete(key);
        }
    }
}
