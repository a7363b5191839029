package io.holdfast.backup.core.service;

import io.holdfast.backup.core.job.Job;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks about a repository.
 *
 * @param name the repository's name
 * @param lastSuccessOrNull the newest job that published a backup, as far as the job store remembers; see {@link #lastSuccess}
 * @param lastFailureOrNull the newest job that ended otherwise, if that was after the last success; see {@link #lastFailure}
 * @param runningOrNull the job that runs in this process; see {@link #running}
 * @param nextRunOrNull when the next backup is due; see {@link #nextRun}
 * @param overdue whether a backup is missing that should be there by now
 * @param lastDrillOrNull the newest drill that has ended, as far as the job store remembers; see {@link #lastDrill}
 */
public record RepositoryStatus(
        String name,
        @Nullable Job lastSuccessOrNull,
        @Nullable Job lastFailureOrNull,
        @Nullable Job runningOrNull,
        @Nullable Instant nextRunOrNull,
        boolean overdue,
        @Nullable Job lastDrillOrNull) {

    /** Returns the newest job that published a backup, if the job store remembers one. */
    public Optional<Job> lastSuccess() {
        return Optional.ofNullable(lastSuccessOrNull);
    }

    /** Returns the newest job that failed or was interrupted, if none has succeeded since. */
    public Optional<Job> lastFailure() {
        return Optional.ofNullable(lastFailureOrNull);
    }

    /** Returns the job that runs in this process, if there is one. */
    public Optional<Job> running() {
        return Optional.ofNullable(runningOrNull);
    }

    /** Returns when the next backup is due; empty if it is made on demand only, or the service has not started. */
    public Optional<Instant> nextRun() {
        return Optional.ofNullable(nextRunOrNull);
    }

    /** Returns the newest drill that has ended, if the job store remembers one. Its evidence is in the backup's listing. */
    public Optional<Job> lastDrill() {
        return Optional.ofNullable(lastDrillOrNull);
    }
}
