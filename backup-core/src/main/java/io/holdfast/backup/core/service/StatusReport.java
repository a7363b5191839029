package io.holdfast.backup.core.service;

import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.scheduler.Scheduler;
import io.holdfast.backup.core.scheduler.Timetable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells from the records of jobs how repositories are doing. */
final class StatusReport {
    private final Map<String, Job> lastSuccess = new HashMap<>();
    private final Map<String, Job> lastFailure = new HashMap<>();
    private final Map<String, Job> lastDrill = new HashMap<>();
    private final Instant now;
    private final Scheduler scheduler;

    StatusReport(List<Job> newestFirst, Instant now, Scheduler scheduler) {
        this.now = now;
        this.scheduler = scheduler;
        for (Job job : newestFirst) {
            if (job.kind() != JobKind.BACKUP) {
                if (job.kind() == JobKind.DRILL && job.state().terminal()) {
                    lastDrill.putIfAbsent(job.repository(), job);
                }
            } else if (job.state() == JobState.SUCCEEDED) {
                lastSuccess.putIfAbsent(job.repository(), job);
            } else if (job.state().terminal() && !lastSuccess.containsKey(job.repository())) {
                lastFailure.putIfAbsent(job.repository(), job);
            }
        }
    }

    Map<String, RepositoryStatus> of(List<ServedRepository> repositories) {
        Map<String, RepositoryStatus> all = new TreeMap<>();
        for (ServedRepository repository : repositories) {
            String name = repository.settings().name();
            all.put(
                    name,
                    new RepositoryStatus(
                            name,
                            lastSuccess.get(name),
                            lastFailure.get(name),
                            repository.current().map(BackupRun::job).orElse(null),
                            scheduler.nextRun(name).orElse(null),
                            overdue(repository, lastSuccess.get(name)),
                            lastDrill.get(name)));
        }
        return all;
    }

    /** Whether the schedule had an instant since the last success and long enough ago. */
    private boolean overdue(ServedRepository repository, @Nullable Job success) {
        Timetable timetable = repository.settings().timetable().orElse(null);
        if (timetable == null) {
            return false;
        }
        Instant since =
                success == null ? repository.since() : success.startedAt().minus(timetable.offset());
        Instant due = now.minus(timetable.offset()).minus(repository.settings().overdueAfter());
        return timetable.schedule().newest(since, due).isPresent();
    }
}
