package io.holdfast.backup.core.hold;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.ids.IdCursor;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One set of payload ids, which one or more backups of a repository have. Any of them will do to read it. */
final class HeldList {
    private final Repository repository;
    private final List<Manifest> owners = new ArrayList<>();

    HeldList(Repository repository) {
        this.repository = repository;
    }

    void add(Manifest owner) {
        owners.add(owner);
    }

    /** Opens the ids; empty if by now every backup that has them is known to be gone. */
    Optional<IdCursor> open() {
        // The newest one is the last to go.
        for (int i = owners.size() - 1; i >= 0; i--) {
            Manifest owner = owners.get(i);
            try {
                return Optional.of(open(owner));
            } catch (BackupException e) {
                if (!isGone(owner.backupId())) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private IdSource open(Manifest owner) {
        return new IdSource(
                repository.reader(owner).payloadIdLines(), owner.payloadIds().count());
    }

    /** Positive proof only: the repository answers, and it has no such backup. */
    private boolean isGone(BackupId id) {
        try {
            repository.get(id);
            return false;
        } catch (BackupException e) {
            if (e.code() == ErrorCode.BACKUP_NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }
}
