package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A published backup, as a listing shows it.
 *
 * @param id names the backup
 * @param state what can be expected of it
 * @param manifestOrNull its description, unless that is what is damaged; see {@link #manifest}
 * @param damageOrNull what is wrong with it, if anything is known to be; see {@link #damage}
 * @param pinnedBy who pins it
 * @param verificationOrNull the result of the newest verification that was kept; see {@link #verification}
 */
public record BackupEntry(
        BackupId id,
        State state,
        @Nullable Manifest manifestOrNull,
        @Nullable Damage damageOrNull,
        List<String> pinnedBy,
        @Nullable Verification verificationOrNull) {

    /** What can be expected of a backup. */
    public enum State {
        /** Nothing is known against it. */
        AVAILABLE,
        /** Its description cannot be read, an object is missing or has another size, or a verification found it damaged. */
        DAMAGED,
        /** Its deletion has begun. */
        DELETING
    }

    /** Creates an entry, with a copy of the list. */
    public BackupEntry {
        pinnedBy = List.copyOf(pinnedBy);
    }

    /** Returns the description, unless that is what is damaged. */
    public Optional<Manifest> manifest() {
        return Optional.ofNullable(manifestOrNull);
    }

    /** Returns what is wrong with the backup, if anything is known to be. */
    public Optional<Damage> damage() {
        return Optional.ofNullable(damageOrNull);
    }

    /** Returns the result of the newest verification that was kept, if there is one that can be read. */
    public Optional<Verification> verification() {
        return Optional.ofNullable(verificationOrNull);
    }
}
