package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.restore.RestorePins;
import io.holdfast.backup.core.scheduler.AlarmClock;
import io.holdfast.backup.core.scheduler.MissedRuns;
import io.holdfast.backup.core.scheduler.Schedule;
import io.holdfast.backup.core.scheduler.ScheduledTask;
import io.holdfast.backup.core.scheduler.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a service does every hour besides backups. Whatever fails is tried again an hour later. */
final class Maintenance implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    /** The blank keeps it apart from the names of repositories. */
    static final Timetable TIMETABLE = new Timetable(
            "holdfast maintenance",
            Schedule.parse("@every 1h", ZoneOffset.UTC),
            Duration.ofMinutes(50),
            MissedRuns.SKIP);

    private final JobStore jobs;
    private final AlarmClock clock;
    private final Duration jobsKept;
    private final ServiceListener listener;
    private final Supplier<List<ServedRepository>> repositories;
    private final List<Job> dead = new ArrayList<>();

    Maintenance(
            JobStore jobs,
            AlarmClock clock,
            Duration jobsKept,
            ServiceListener listener,
            Supplier<List<ServedRepository>> repositories) {
        this.jobs = jobs;
        this.clock = clock;
        this.jobsKept = jobsKept;
        this.listener = listener;
        this.repositories = repositories;
    }

    /** Called by one thread at a time. */
    @Override
    public void run(Instant scheduledFor) {
        dead.addAll(jobs.interruptDead());
        for (ServedRepository repository : repositories.get()) {
            String name = repository.settings().name();
            try {
                for (Job job : dead.stream()
                        .filter(job -> job.repository().equals(name))
                        .toList()) {
                    if (job.kind() == JobKind.BACKUP) {
                        repository.repository().discardAttempt(new BackupId(job.backupId()), "its process died");
                    } else {
                        new RestorePins(repository.repository()).releaseEnded(jobs);
                    }
                    dead.remove(job);
                }
                listener.swept(name, repository.repository().sweep());
            } catch (BackupException e) {
                LOG.warn(
                        "event=maintenance_failed repository={} code={} reason=\"{}\"",
                        name,
                        e.code().wireValue(),
                        e.getMessage());
            }
        }
        int removed = jobs.removeFinishedBefore(clock.now().minus(jobsKept));
        LOG.debug("event=maintained jobs_removed={}", removed);
    }
}
