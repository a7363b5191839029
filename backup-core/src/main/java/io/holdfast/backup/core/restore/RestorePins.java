package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keeps retention from the backups that restores and drills read. A read-only repository has no pins, and no retention. */
public final class RestorePins {
    private final Repository repository;

    /**
     * Creates the pins of a repository.
     *
     * @param repository the repository
     */
    public RestorePins(Repository repository) {
        this.repository = repository;
    }

    private boolean writable() {
        return repository.readOnlyReason().isEmpty();
    }

    void pin(BackupId backup, Job job) {
        if (writable()) {
            repository.pin(backup, owner(job), "a " + word(job) + " reads it");
        }
    }

    void unpin(BackupId backup, Job job) {
        if (writable()) {
            repository.unpin(backup, owner(job));
        }
    }

    /**
     * Releases what restores and drills have left pinned when their process died. Pins of jobs that the job store does not know
     * stay: they may be another host's.
     *
     * @param jobs says which jobs have ended
     * @return what was done, in words for an operator
     * @throws io.holdfast.backup.BackupException if the repository or the job store fails
     */
    public List<String> releaseEnded(JobStore jobs) {
        List<String> done = new ArrayList<>();
        if (!writable()) {
            return done;
        }
        List<Job> ended = jobs.list().stream()
                .filter(job -> job.state().terminal() && job.kind() != JobKind.BACKUP)
                .filter(job -> job.repository().equals(repository.name()))
                .toList();
        if (ended.isEmpty()) {
            return done;
        }
        for (BackupEntry backup : repository.list()) {
            for (Job job : ended) {
                if (backup.pinnedBy().contains(owner(job))) {
                    repository.unpin(backup.id(), owner(job));
                    done.add("Released backup " + backup.id() + " from the " + word(job) + " of job " + job.id()
                            + ", which has ended");
                }
            }
        }
        return done;
    }

    private static String owner(Job job) {
        return word(job) + "-" + job.id();
    }

    private static String word(Job job) {
        return job.kind().name().toLowerCase(Locale.ROOT);
    }
}
