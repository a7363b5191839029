package io.holdfast.backup.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where the records of jobs are kept. Safe for use by several threads. Failures are
 * {@link io.holdfast.backup.BackupException}s with the code that {@link io.holdfast.backup.ErrorCode#classify} finds.
 */
public interface JobStore extends AutoCloseable {
    /** Returns the name of this process as an owner of jobs; another one after each start. */
    String owner();

    /**
     * Keeps a record in the place of the one with the same id, if there is one. It survives a crash once this returns, as far
     * as the store is one that survives.
     *
     * @param job the record
     */
    void put(Job job);

    /**
     * Returns a record.
     *
     * @param id the job's id
     * @return its record, if there is one
     */
    Optional<Job> find(String id);

    /** Returns all records, newest first. */
    List<Job> list();

    /**
     * Removes a record; does nothing when there is none.
     *
     * @param id the job's id
     */
    void remove(String id);

    /**
     * Ends the records of running jobs whose owner is known to be dead, as {@link JobState#INTERRUPTED}.
     *
     * @return the records that this call has ended, or the opening of the store; each is returned once. Their attempts may be
     *     discarded at once
     */
    List<Job> interruptDead();

    /**
     * Keeps a note in the place of the one with the same name, if there is one: something that an operator has decided and that
     * must outlive the process.
     *
     * @param name 1 to 200 characters of {@code [A-Za-z0-9._:/-]}
     * @param text up to 1,000 characters
     * @throws IllegalArgumentException if the name or the text is out of bounds
     */
    void putNote(String name, String text);

    /** Returns all notes by their names. */
    SortedMap<String, String> notes();

    /**
     * Removes a note; does nothing when there is none.
     *
     * @param name its name
     */
    void removeNote(String name);

    /**
     * Removes the records of jobs that ended before an instant. Those of running jobs stay.
     *
     * @param instant the instant
     * @return how many were removed
     */
    default int removeFinishedBefore(Instant instant) {
        List<Job> old = list().stream()
                .filter(job -> job.state().terminal())
                .filter(job -> job.finishedAt().filter(instant::isAfter).isPresent())
                .toList();
        old.forEach(job -> remove(job.id()));
        return old.size();
    }

    /** Releases everything. Closing twice does nothing more. */
    @Override
    void close();
}
