package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.manifest.BackupId;
import java.time.Instant;

/** Which backup a restore takes. Safety backups are taken only when they are asked for by their id. */
public sealed interface RestoreSelection {
    /**
     * One backup, of whatever kind, also one that a verification found damaged: it may have been mended since, and every byte is
     * checked on the way.
     *
     * @param backup its id
     */
    record ById(BackupId backup) implements RestoreSelection {}

    /** The newest one, the default; refused when that is damaged, so that nobody loses newer data without noticing. */
    record Newest() implements RestoreSelection {}

    /** The newest one that a verification by its digest, or a closer one, found sound. */
    record NewestVerified() implements RestoreSelection {}

    /**
     * The newest one that was captured before an instant; refused when that is damaged.
     *
     * @param instant the instant, in UTC, itself excluded
     */
    record NewestBefore(Instant instant) implements RestoreSelection {}
}
