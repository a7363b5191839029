package io.holdfast.backup.core.restore;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.repository.Repository;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the record of a restore or drill up to date. A job store that fails is logged and changes nothing: it may be part of what
 * is being rescued. Used by one thread.
 */
final class JobRecord {
    private static final Logger LOG = LoggerFactory.getLogger(JobRecord.class);

    private final Repository repository;
    private final JobStore jobs;
    private Job job;
    private long bytes;

    private JobRecord(Repository repository, JobStore jobs, Job job) {
        this.repository = repository;
        this.jobs = jobs;
        this.job = job;
    }

    static JobRecord begin(JobKind kind, Repository repository, JobStore jobs) {
        String id = new BackupIdGenerator(repository.clock(), new SecureRandom())
                .next(Optional.empty())
                .value();
        Job job = Job.running(
                id,
                kind,
                repository.name(),
                id,
                jobs.owner(),
                repository.clock().now());
        JobRecord record = new JobRecord(repository, jobs, job);
        record.put();
        return record;
    }

    String id() {
        return job.id();
    }

    Job job() {
        return job;
    }

    void backup(BackupId backup) {
        job = job.withBackup(backup.value());
        put();
    }

    void doing(String step) {
        job = job.withBytes(bytes).doing(step);
        put();
    }

    void passed(long totalBytes) {
        bytes = totalBytes;
    }

    void succeeded() {
        job = job.succeeded(repository.clock().now(), bytes);
        put();
    }

    void failed(Throwable failure) {
        ErrorCode code = ErrorCode.classify(failure);
        JobState end = code == ErrorCode.BACKUP_ABORTED ? JobState.INTERRUPTED : JobState.FAILED;
        job = job.ended(end, repository.clock().now(), bytes, code, String.valueOf(failure.getMessage()));
        put();
    }

    private void put() {
        try {
            jobs.put(job);
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=job_not_recorded repository={} job={} state={} code={}",
                    job.repository(),
                    job.id(),
                    job.state(),
                    ErrorCode.classify(e).wireValue(),
                    e);
        }
    }
}
