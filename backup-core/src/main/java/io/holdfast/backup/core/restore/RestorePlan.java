package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.manifest.Manifest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a restore would do, found out without changing anything.
 *
 * @param backupOrNull the backup that it would take, if there is one; see {@link #backup}
 * @param obstacles why it would be refused, in words for an operator; empty when it may begin
 */
public record RestorePlan(@Nullable Manifest backupOrNull, List<String> obstacles) {
    /** Creates a plan, with a copy of the list. */
    public RestorePlan {
        obstacles = List.copyOf(obstacles);
    }

    /** Returns the backup that the restore would take, if there is one. */
    public Optional<Manifest> backup() {
        return Optional.ofNullable(backupOrNull);
    }

    /** Returns whether the restore may begin. */
    public boolean possible() {
        return obstacles.isEmpty();
    }
}
