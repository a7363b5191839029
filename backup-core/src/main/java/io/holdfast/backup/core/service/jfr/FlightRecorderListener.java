package io.holdfast.backup.core.service.jfr;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.service.ServiceListener;
import java.time.Duration;

/**
 * Leaves events {@code io.holdfast.*} in recordings of the JDK Flight Recorder: backups, verifications and drills, restores,
 * retention. Given to the service's builder as a listener. Costs next to nothing while nothing is recorded. Safe for use by several
 * threads.
 */
public final class FlightRecorderListener implements ServiceListener {
    /** Creates the listener. */
    public FlightRecorderListener() {}

    private static BackupEvent event(Job job) {
        BackupEvent event = new BackupEvent();
        event.repository = job.repository();
        event.backup = job.backupId();
        event.plainBytes = job.bytes();
        event.millis = job.finishedAt()
                .map(end -> Duration.between(job.startedAt(), end).toMillis())
                .orElse(0L);
        return event;
    }

    @Override
    public void succeeded(Job job, Manifest manifest) {
        BackupEvent event = event(job);
        event.plainBytes = manifest.plainSize();
        event.storedBytes = manifest.payload().size();
        event.commit();
    }

    @Override
    public void failed(Job job, BackupException failure) {
        BackupEvent event = event(job);
        event.code = failure.code().wireValue();
        event.commit();
    }

    @Override
    public void verified(String repository, Verification verification) {
        VerificationEvent event = new VerificationEvent();
        event.repository = repository;
        event.backup = verification.backupId().value();
        event.level = verification.level().wireValue();
        event.code =
                verification.damage().map(damage -> damage.code().wireValue()).orElse("");
        event.bytes = verification.bytes();
        event.millis = verification.took().toMillis();
        event.commit();
    }

    @Override
    public void restored(String repository, RestoreResult result) {
        RestoreEvent event = new RestoreEvent();
        event.repository = repository;
        event.backup = result.restored().backupId().value();
        event.plainBytes = result.restored().plainSize();
        event.warnings = result.warnings().size();
        event.commit();
    }

    @Override
    public void retentionEnded(String repository, RetentionReport report) {
        RetentionEvent event = new RetentionEvent();
        event.repository = repository;
        event.deleted = report.deleted().size();
        event.failures = report.failures().size();
        event.doubts = report.waitingFor().size();
        event.commit();
    }
}
