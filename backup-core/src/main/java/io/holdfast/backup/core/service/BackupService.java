package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.SweepReport;
import io.holdfast.backup.core.retention.RetentionPlan;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.scheduler.AlarmClock;
import io.holdfast.backup.core.scheduler.Scheduler;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the backups of an application: makes them on schedule, lets retention follow, and answers for them. Safe for use
 * by several threads. One repository's trouble never touches another's.
 *
 * <p>{@link #start} succeeds while a destination is down: each repository is opened when it is first needed. Methods that name a
 * repository throw {@link IllegalArgumentException} if there is none of this name, and otherwise what its destination throws.
 * No thread is interrupted, and no shutdown hook is set: the application calls {@link #close}.
 */
public final class BackupService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupService.class);

    private final BackupServiceBuilder.Parts parts;
    private final JobStore jobs;
    private final AlarmClock alarmClock;
    private final Scheduler scheduler;
    private final Calendar calendar;
    private final Maintenance maintenance;
    private final ServiceHold hold;
    private final Map<String, ServedRepository> served = new TreeMap<>();
    private final Map<String, ServedRepository> retired = new TreeMap<>();
    private boolean started;
    private boolean closed;

    BackupService(BackupServiceBuilder.Parts parts) {
        this.parts = parts;
        this.jobs = parts.surroundings().jobs();
        this.alarmClock = parts.surroundings().alarmClock();
        this.scheduler = new Scheduler(alarmClock, parts.surroundings().threads());
        this.calendar = new Calendar(scheduler, jobs, alarmClock);
        this.hold = new ServiceHold(jobs, parts.temporary());
        this.maintenance = new Maintenance(
                jobs, alarmClock, parts.jobsKept(), parts.surroundings().listeners(), this::servedNow);
    }

    /** Begins a service without repositories, with the default of every value. */
    public static BackupServiceBuilder builder() {
        return new BackupServiceBuilder();
    }

    /**
     * Begins to run what is due. Does nothing the second time.
     *
     * @throws BackupException if the job store fails
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized void start() {
        requireOpen();
        if (started) {
            return;
        }
        hold.start(served.keySet());
        started = true;
        for (ServedRepository repository : served.values()) {
            hold.remember(repository.settings().name());
            calendar.schedule(repository);
        }
        scheduler.schedule(Maintenance.TIMETABLE, maintenance, alarmClock.now());
        scheduler.start();
    }

    /**
     * Adds a repository whose store cannot be replaced by this service, or changes its settings; see
     * {@link #put(RepositorySettings, Backupable, RestoreTarget)}.
     *
     * @param settings how to look after it
     * @param store what is backed up
     */
    public void put(RepositorySettings settings, Backupable store) {
        add(settings, store, null);
    }

    /**
     * Adds a repository, or changes the settings of the one with the same name. What only concerns schedule and retention changes
     * at once, even during a run.
     *
     * @param settings how to look after it
     * @param store what is backed up
     * @param target what restores replace, and drills stage; its {@link RestoreTarget#recover} was called
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if it has to be opened anew while a store's call has
     *     not returned
     * @throws IllegalStateException after {@link #close}
     */
    public void put(RepositorySettings settings, Backupable store, RestoreTarget target) {
        add(settings, store, target);
    }

    private synchronized void add(RepositorySettings settings, Backupable store, @Nullable RestoreTarget target) {
        requireOpen();
        if (target == null && settings.drillTimetable().isPresent()) {
            throw new IllegalArgumentException(
                    "Expected a target for the drills of repository " + settings.name() + ", found none");
        }
        String name = settings.name();
        ServedRepository present = served.get(name);
        if (present != null
                && present.serves(store, target)
                && present.settings().opensLike(settings)) {
            present.change(settings);
        } else {
            requireIdle(present, name);
            requireIdle(retired.get(name), name);
            if (present != null) {
                present.close();
            }
            ServedRepository before = retired.remove(name);
            if (before != null) {
                before.close();
            }
            hold.hold().holdEverything(name, "it could not be opened yet");
            served.put(name, new ServedRepository(settings, store, target, parts.surroundings(), hold.hold()));
        }
        if (started) {
            hold.remember(name);
            calendar.schedule(find(name));
        }
    }

    private static void requireIdle(@Nullable ServedRepository repository, String name) {
        if (repository != null && repository.busy()) {
            throw new BackupException(
                    ErrorCode.BACKUP_ALREADY_RUNNING,
                    "Repository " + name
                            + " cannot be opened anew: its store is in a backup; wait for its end, or cancel it");
        }
    }

    /**
     * Takes a repository out of this service. A run in progress is cancelled. Its backups stay, and go on to be held until
     * {@link #releaseHold}, also by later processes with the same job store.
     *
     * @param name its name
     * @throws IllegalArgumentException if there is none of this name
     */
    public synchronized void remove(String name) {
        ServedRepository repository = find(name);
        calendar.remove(name);
        served.remove(name);
        retired.put(name, repository);
        repository.retire();
    }

    /**
     * Gives up what the backups of a removed repository need: collectors may delete it.
     *
     * @param name its name
     * @throws IllegalStateException if it is not removed
     */
    public synchronized void releaseHold(String name) {
        if (served.containsKey(name)) {
            throw new IllegalStateException("Expected a removed repository, found " + name + " in use");
        }
        hold.release(name);
        ServedRepository repository = retired.remove(name);
        if (repository != null) {
            repository.close();
        }
    }

    /**
     * Begins a backup on demand.
     *
     * @param name the repository's name
     * @return the run, which goes on in another thread
     * @throws BackupException with {@link ErrorCode#BACKUP_ALREADY_RUNNING} if one runs here or in another process
     */
    public BackupRun backUp(String name) {
        return find(name).begin(BackupRequest.manual());
    }

    /**
     * Cancels a backup, restore or drill of this process.
     *
     * @param jobId its job
     * @param reason why, in words for an operator
     * @return whether there was such a run
     */
    public boolean cancel(String jobId, String reason) {
        for (ServedRepository repository : servedNow()) {
            BackupRun run = repository.current().orElse(null);
            if (run != null && run.jobId().equals(jobId)) {
                run.cancel(reason);
                return true;
            }
            if (repository.restores().cancel(jobId, reason)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the records of all jobs, newest first. */
    public List<Job> jobs() {
        return jobs.list();
    }

    /**
     * Returns the restores and drills of a repository.
     *
     * @param name its name
     * @return its restores
     */
    public Restores restores(String name) {
        return find(name).restores();
    }

    /**
     * Returns an open repository, for what this service has no method for.
     *
     * @param name its name
     * @return the repository, which stays this service's
     */
    public Repository repository(String name) {
        return find(name).repository();
    }

    /**
     * Returns the published backups, oldest first.
     *
     * @param name the repository's name
     * @return the backups
     */
    public List<BackupEntry> backups(String name) {
        return repository(name).list();
    }

    /**
     * Verifies a backup, which retention spares meanwhile.
     *
     * @param name the repository's name
     * @param backup the backup
     * @param level how closely
     * @return the result; damage is a result, not an exception
     */
    public Verification verify(String name, BackupId backup, VerifyLevel level) {
        return find(name).verify(backup, level);
    }

    /**
     * Returns what retention would do now, and changes nothing.
     *
     * @param name the repository's name
     * @return the plan
     */
    public RetentionPlan planRetention(String name) {
        return find(name).planRetention();
    }

    /**
     * Deletes what the policy does not keep, unless there are doubts that nobody has confirmed.
     *
     * @param name the repository's name
     * @return what was done
     */
    public RetentionReport runRetention(String name) {
        return find(name).retain();
    }

    /**
     * Confirms a doubt about retention: it is as it should be. Kept in the job store.
     *
     * @param name the repository's name
     * @param token the doubt's token
     */
    public void confirmRetention(String name, String token) {
        Confirmations.add(jobs, find(name).settings().name(), token);
        LOG.info("event=retention_confirmed repository={} token={}", name, token);
    }

    /**
     * Keeps a backup from being deleted; see {@link Repository#pin}.
     *
     * @param name the repository's name
     * @param backup the backup
     * @param owner who pins it
     * @param reason why
     */
    public void pin(String name, BackupId backup, String owner, String reason) {
        repository(name).pin(backup, owner, reason);
    }

    /**
     * Releases a pin.
     *
     * @param name the repository's name
     * @param backup the backup
     * @param owner who pinned it
     */
    public void unpin(String name, BackupId backup, String owner) {
        repository(name).unpin(backup, owner);
    }

    /**
     * Removes what dead attempts have left; see {@link Repository#sweep}.
     *
     * @param name the repository's name
     * @return what was done
     */
    public SweepReport sweep(String name) {
        SweepReport report = repository(name).sweep();
        parts.surroundings().listeners().swept(name, report);
        return report;
    }

    /** Returns what backups of all repositories need. Tries to open those that could not be opened yet. */
    public BackupHold hold() {
        hold.openAll(servedNow());
        return hold.hold();
    }

    /**
     * Returns when the next scheduled backups begin.
     *
     * @param name the repository's name
     * @param count how many instants
     * @return the instants, offset and all; empty if backups are made on demand only
     */
    public List<Instant> preview(String name, int count) {
        return find(name)
                .settings()
                .timetable()
                .map(timetable -> timetable.preview(alarmClock.now(), count))
                .orElse(List.of());
    }

    /** Returns what an operator asks, for each repository by name. Asks the job store, and no destination. */
    public Map<String, RepositoryStatus> status() {
        return new StatusReport(jobs.list(), alarmClock.now(), scheduler).of(servedNow());
    }

    private synchronized List<ServedRepository> servedNow() {
        return List.copyOf(served.values());
    }

    private synchronized ServedRepository find(String name) {
        ServedRepository repository = served.get(name);
        if (repository == null) {
            throw new IllegalArgumentException("Expected one of " + served.keySet() + ", found \"" + name + "\"");
        }
        return repository;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open service, found a closed one");
        }
    }

    /**
     * Ends the schedule, cancels what runs, and releases everything that was not given by the application: destinations as soon
     * as the calls of their stores have returned. Does not wait for that. Closing twice does nothing more.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        scheduler.close();
        served.values().forEach(ServedRepository::close);
        retired.values().forEach(ServedRepository::close);
        parts.release().run();
    }
}
