package io.holdfast.backup.core.service;

import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.retention.Doubt;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, in notes of the job store, the newest backup that was made through it. A destination that was set back to an
 * earlier state is consistent in itself; only somebody who remembers more than it does can tell.
 */
final class NewestBackup {
    private static final Logger LOG = LoggerFactory.getLogger(NewestBackup.class);

    private final JobStore jobs;
    private final String newest;
    private final String missing;

    NewestBackup(JobStore jobs, String repository) {
        this.jobs = jobs;
        this.newest = "newest:" + repository;
        this.missing = "missing:" + repository;
    }

    void remember(BackupId published) {
        jobs.putNote(newest, published.value());
    }

    /**
     * Looks whether the newest backup is still there, or a newer one that another process has made. What is found missing is
     * kept, because the next backup is the newest one then.
     */
    void lookFor(Repository repository) {
        note(newest).filter(id -> isMissing(id, repository)).ifPresent(id -> {
            jobs.putNote(missing, id.value());
            LOG.error(
                    "event=repository_set_back repository={} backup={} reason=\"{}\"",
                    repository.name(),
                    id,
                    message(id));
        });
    }

    private static boolean isMissing(BackupId id, Repository repository) {
        List<BackupEntry> since = repository.listSince(id.time());
        return since.stream().noneMatch(backup -> backup.id().compareTo(id) >= 0);
    }

    /** What retention has to wait for: it would go on deleting what an attacker, or a mistake, has left. */
    Optional<Doubt> doubt() {
        return note(missing).map(id -> new Doubt(Doubt.Kind.SET_BACK, "set_back:" + id, message(id)));
    }

    private static String message(BackupId id) {
        return "Backup " + id
                + ", the newest that was made from here, and all after it are gone; look whether somebody has"
                + " deleted it, or set the destination back to an earlier state";
    }

    private Optional<BackupId> note(String name) {
        return Optional.ofNullable(jobs.notes().get(name))
                .filter(BackupId::isValid)
                .map(BackupId::new);
    }
}
