package io.holdfast.backup.core.job;

import java.util.List;
import java.util.Optional;

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

    /** Releases everything. Closing twice does nothing more. */
    @Override
    void close();
}
