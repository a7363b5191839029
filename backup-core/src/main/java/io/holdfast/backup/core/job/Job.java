package io.holdfast.backup.core.job;

import io.holdfast.backup.ErrorCode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a run.
 *
 * @param id names the job
 * @param kind what it does
 * @param repository the configured name of the repository that it works on
 * @param backupId the backup that it makes, or restores
 * @param owner the process that runs it
 * @param state how far it is
 * @param startedAt when it began, in UTC
 * @param finishedAtOrNull when it ended, if it has; see {@link #finishedAt}
 * @param bytes how many plain bytes have passed so far
 * @param errorCodeOrNull why it failed or was interrupted, if it was; see {@link #errorCode}
 * @param messageOrNull the same in words, or what it is doing now; see {@link #message}
 */
public record Job(
        String id,
        JobKind kind,
        String repository,
        String backupId,
        String owner,
        JobState state,
        Instant startedAt,
        @Nullable Instant finishedAtOrNull,
        long bytes,
        @Nullable ErrorCode errorCodeOrNull,
        @Nullable String messageOrNull) {

    /**
     * Returns the record of a backup that begins.
     *
     * @param id names the job
     * @param repository the configured name of the repository
     * @param backupId the backup that it makes
     * @param owner the process that runs it
     * @param startedAt when it begins
     * @return the record
     */
    public static Job running(String id, String repository, String backupId, String owner, Instant startedAt) {
        return running(id, JobKind.BACKUP, repository, backupId, owner, startedAt);
    }

    /**
     * Returns the record of a job that begins.
     *
     * @param id names the job
     * @param kind what it does
     * @param repository the configured name of the repository
     * @param backupId the backup that it makes or restores
     * @param owner the process that runs it
     * @param startedAt when it begins
     * @return the record
     */
    public static Job running(
            String id, JobKind kind, String repository, String backupId, String owner, Instant startedAt) {
        return new Job(id, kind, repository, backupId, owner, JobState.RUNNING, startedAt, null, 0, null, null);
    }

    /** Returns when the job ended, if it has. */
    public Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAtOrNull);
    }

    /** Returns why the job failed or was interrupted, if it was. */
    public Optional<ErrorCode> errorCode() {
        return Optional.ofNullable(errorCodeOrNull);
    }

    /** Returns in words why the job failed or was interrupted, if it was; of a running job, what it is doing now, if it says so. */
    public Optional<String> message() {
        return Optional.ofNullable(messageOrNull);
    }

    /**
     * Returns this job with more bytes.
     *
     * @param newBytes how many plain bytes have passed so far
     * @return the record
     */
    public Job withBytes(long newBytes) {
        return as(state, finishedAtOrNull, newBytes, errorCodeOrNull, messageOrNull);
    }

    /**
     * Returns this running job with what it is doing now.
     *
     * @param step what it is doing, in words
     * @return the record
     */
    public Job doing(String step) {
        return as(state, finishedAtOrNull, bytes, errorCodeOrNull, step);
    }

    /**
     * Returns this job as one that did what it was asked to do.
     *
     * @param at when it ended
     * @param totalBytes how many plain bytes have passed
     * @return the record
     */
    public Job succeeded(Instant at, long totalBytes) {
        return as(JobState.SUCCEEDED, at, totalBytes, null, null);
    }

    /**
     * Returns this job as one that ended otherwise.
     *
     * @param end {@link JobState#FAILED} or {@link JobState#INTERRUPTED}
     * @param at when it ended
     * @param totalBytes how many plain bytes had passed
     * @param code why
     * @param message the same in words, without secrets
     * @return the record
     */
    public Job ended(JobState end, Instant at, long totalBytes, ErrorCode code, String message) {
        return as(end, at, totalBytes, code, message);
    }

    /**
     * Returns this running job as one whose process died.
     *
     * @param at when that was found out
     * @param why how it was found out, in words; what the job was doing is added
     * @return the record
     */
    Job interrupted(Instant at, String why) {
        return ended(
                JobState.INTERRUPTED,
                at,
                bytes,
                ErrorCode.BACKUP_ABORTED,
                message().map(step -> why + "; the job was at: " + step).orElse(why));
    }

    /**
     * Returns this job with another backup.
     *
     * @param newBackupId the backup that it makes, or restores
     * @return the record
     */
    public Job withBackup(String newBackupId) {
        return new Job(
                id,
                kind,
                repository,
                newBackupId,
                owner,
                state,
                startedAt,
                finishedAtOrNull,
                bytes,
                errorCodeOrNull,
                messageOrNull);
    }

    private Job as(
            JobState newState,
            @Nullable Instant newFinishedAt,
            long newBytes,
            @Nullable ErrorCode newErrorCode,
            @Nullable String newMessage) {
        return new Job(
                id,
                kind,
                repository,
                backupId,
                owner,
                newState,
                startedAt,
                newFinishedAt,
                newBytes,
                newErrorCode,
                newMessage);
    }
}
