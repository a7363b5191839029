package io.holdfast.backup.core.retention;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries plans out. Safe for use by several threads. */
public final class RetentionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionRunner.class);

    private final Repository repository;

    /**
     * Creates a runner.
     *
     * @param repository where the backups are
     */
    public RetentionRunner(Repository repository) {
        this.repository = repository;
    }

    /**
     * Deletes what a plan says, oldest first, unless there are doubts that nobody has confirmed. One failure does not keep the
     * others from being deleted.
     *
     * @param plan the plan, made of this repository's backups a short while ago; pins are looked at again
     * @param confirmed the tokens of confirmed doubts
     * @param inUse tells whether a backup is being restored or verified by now
     * @param cancellation ends the pass before the next backup
     * @return what was done
     */
    public RetentionReport run(
            RetentionPlan plan, Set<String> confirmed, Predicate<BackupId> inUse, Cancellation cancellation) {
        List<Doubt> waitingFor = plan.unconfirmed(confirmed);
        if (!waitingFor.isEmpty()) {
            waitingFor.forEach(doubt -> LOG.warn(
                    "event=retention_waits repository={} token={} reason=\"{}\"",
                    repository.name(),
                    doubt.token(),
                    doubt.message()));
            return new RetentionReport(plan, List.of(), Map.of(), waitingFor);
        }
        List<BackupId> deleted = new ArrayList<>();
        Map<BackupId, BackupException> failures = new LinkedHashMap<>();
        for (BackupId id : plan.deletions()) {
            if (cancellation.requested()) {
                break;
            }
            if (inUse.test(id)) {
                continue;
            }
            try {
                repository.delete(id);
                deleted.add(id);
            } catch (BackupException e) {
                LOG.warn(
                        "event=retention_failed repository={} backup={} code={} reason=\"{}\"",
                        repository.name(),
                        id,
                        e.code().wireValue(),
                        e.getMessage());
                failures.put(id, e);
            }
        }
        LOG.info(
                "event=retention_ended repository={} considered={} deleted={} failed={}",
                repository.name(),
                plan.decisions().size(),
                deleted.size(),
                failures.size());
        return new RetentionReport(plan, deleted, failures, List.of());
    }
}
