package io.holdfast.backup.core.service;

import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.scheduler.AlarmClock;
import io.holdfast.backup.core.scheduler.Scheduler;
import java.time.Instant;

/** Puts the backups and drills of repositories on the schedule. */
final class Calendar {
    private final Scheduler scheduler;
    private final JobStore jobs;
    private final AlarmClock alarmClock;

    Calendar(Scheduler scheduler, JobStore jobs, AlarmClock alarmClock) {
        this.scheduler = scheduler;
        this.jobs = jobs;
        this.alarmClock = alarmClock;
    }

    void schedule(ServedRepository repository) {
        RepositorySettings settings = repository.settings();
        String name = settings.name();
        settings.timetable()
                .ifPresentOrElse(
                        timetable -> scheduler.schedule(timetable, repository, newestBackup(name)),
                        () -> scheduler.remove(name));
        settings.drillTimetable()
                .ifPresentOrElse(
                        timetable -> scheduler.schedule(
                                timetable, repository.restores().drills(), alarmClock.now()),
                        () -> scheduler.remove(RepositorySettings.drillsOf(name)));
    }

    void remove(String name) {
        scheduler.remove(name);
        scheduler.remove(RepositorySettings.drillsOf(name));
    }

    /** What came before the newest backup that began is done, or was tried. */
    private Instant newestBackup(String name) {
        return jobs.list().stream()
                .filter(job -> job.repository().equals(name) && job.kind() == JobKind.BACKUP)
                .map(Job::startedAt)
                .findFirst()
                .orElse(alarmClock.now());
    }
}
