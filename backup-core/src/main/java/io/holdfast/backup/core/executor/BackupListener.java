package io.holdfast.backup.core.executor;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;

/**
 * Hears of backups. Methods are called by the threads of the run and must return soon; what they throw is logged and changes
 * nothing.
 */
public interface BackupListener {
    /** A listener that does nothing. */
    BackupListener NONE = new BackupListener() {};

    /**
     * A job has begun.
     *
     * @param job its record
     */
    default void started(Job job) {}

    /**
     * A job goes on; about once a second.
     *
     * @param job its record
     * @param progress how far it is
     */
    default void progressed(Job job, Progress progress) {}

    /**
     * A job has published its backup.
     *
     * @param job its record
     * @param manifest the backup
     */
    default void succeeded(Job job, Manifest manifest) {}

    /**
     * A job has ended without a backup.
     *
     * @param job its record, failed or interrupted
     * @param failure why
     */
    default void failed(Job job, BackupException failure) {}
}
