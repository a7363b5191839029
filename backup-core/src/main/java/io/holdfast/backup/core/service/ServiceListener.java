package io.holdfast.backup.core.service;

import io.holdfast.backup.core.executor.BackupListener;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.repository.SweepReport;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.retention.RetentionReport;

/**
 * Hears of everything that a {@link BackupService} does. Methods must return soon; what they throw is logged and changes nothing.
 */
public interface ServiceListener extends BackupListener {
    /** A listener that does nothing. */
    ServiceListener NONE = new ServiceListener() {};

    /**
     * A scheduled backup was not begun.
     *
     * @param repository the repository's name
     * @param reason why not, in words
     */
    default void skipped(String repository, String reason) {}

    /**
     * A pass of retention has ended, or waits for an operator.
     *
     * @param repository the repository's name
     * @param report what it did
     */
    default void retentionEnded(String repository, RetentionReport report) {}

    /**
     * A repository was swept, as it is every hour.
     *
     * @param repository the repository's name
     * @param report what was done and seen
     */
    default void swept(String repository, SweepReport report) {}

    /**
     * A backup was verified, or restored by a drill.
     *
     * @param repository the repository's name
     * @param verification the result
     */
    default void verified(String repository, Verification verification) {}

    /**
     * A live store was replaced by a backup.
     *
     * @param repository the repository's name
     * @param result what happened
     */
    default void restored(String repository, RestoreResult result) {}
}
