package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.repository.SweepReport;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.retention.RetentionReport;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; one that throws changes nothing for the others. */
final class Listeners implements ServiceListener {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<ServiceListener> all;

    Listeners(List<ServiceListener> all) {
        this.all = List.copyOf(all);
    }

    private void tell(Consumer<ServiceListener> call) {
        for (ServiceListener listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "event=listener_failed listener={}", listener.getClass().getName(), e);
            }
        }
    }

    @Override
    public void started(Job job) {
        tell(listener -> listener.started(job));
    }

    @Override
    public void progressed(Job job, Progress progress) {
        tell(listener -> listener.progressed(job, progress));
    }

    @Override
    public void succeeded(Job job, Manifest manifest) {
        tell(listener -> listener.succeeded(job, manifest));
    }

    @Override
    public void failed(Job job, BackupException failure) {
        tell(listener -> listener.failed(job, failure));
    }

    @Override
    public void skipped(String repository, String reason) {
        tell(listener -> listener.skipped(repository, reason));
    }

    @Override
    public void retentionEnded(String repository, RetentionReport report) {
        tell(listener -> listener.retentionEnded(repository, report));
    }

    @Override
    public void swept(String repository, SweepReport report) {
        tell(listener -> listener.swept(repository, report));
    }

    @Override
    public void verified(String repository, Verification verification) {
        tell(listener -> listener.verified(repository, verification));
    }

    @Override
    public void restored(String repository, RestoreResult result) {
        tell(listener -> listener.restored(repository, result));
    }
}
