package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import java.util.Set;

/**
 * What one listing showed of a repository, without reading anything.
 *
 * @param inFlight the attempts that may still be published, by whichever process
 * @param ended the backups that are published, being deleted, or void
 */
public record Survey(Set<BackupId> inFlight, Set<BackupId> ended) {
    /** Creates a survey, with copies of the sets. */
    public Survey {
        inFlight = Set.copyOf(inFlight);
        ended = Set.copyOf(ended);
    }
}
