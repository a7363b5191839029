package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One run at a time on a repository, within this process. Safe for use by several threads. */
public final class RunLock {
    private final String repository;
    private final AtomicReference<String> holder = new AtomicReference<>("");

    RunLock(String repository) {
        this.repository = repository;
    }

    /**
     * Takes the lock for a run.
     *
     * @param jobId the run's job
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING}, naming the running job, if it is taken
     */
    public void acquire(String jobId) {
        String running = holder.compareAndExchange("", jobId);
        if (!running.isEmpty()) {
            throw new BackupException(
                    ErrorCode.BACKUP_ALREADY_RUNNING,
                    "Repository " + repository + ": job " + running + " is running; wait for it or cancel it");
        }
    }

    /** Returns the job that has the lock, if one has. */
    public Optional<String> holder() {
        return Optional.ofNullable(holder.get()).filter(job -> !job.isEmpty());
    }

    /**
     * Returns whether a job has the lock.
     *
     * @param jobId the job
     */
    public boolean heldBy(String jobId) {
        return jobId.equals(holder.get());
    }

    /**
     * Gives the lock back.
     *
     * @param jobId the run's job; does nothing if another one has the lock
     */
    public void release(String jobId) {
        holder.compareAndSet(jobId, "");
    }
}
