package io.holdfast.backup.core.job;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records in the application's own database, for any number of processes. Made for PostgreSQL and H2.
 *
 * <p>Each process is an owner and gives a heartbeat every ten seconds, in the database's time. An owner without one for a minute
 * is dead: {@link #interruptDead} ends its jobs. A process that was only paused overwrites that when its job ends.
 *
 * <p>A record survives a crash as soon as the database says so of a transaction. H2 does that half a second after the commit,
 * unless its URL says {@code WRITE_DELAY=0}.
 */
public final class JdbcJobStore implements JobStore {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcJobStore.class);
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final String DEAD_AFTER = "INTERVAL '60' SECOND";

    private static final String COLUMNS =
            "id, kind, repository, backup_id, owner, state, started_at, finished_at, bytes, error_code, message";
    private static final String OWNER_IS_DEAD =
            " NOT EXISTS (SELECT 1 FROM holdfast_owners o WHERE o.owner = holdfast_jobs.owner"
                    + " AND o.beat_at > CURRENT_TIMESTAMP - " + DEAD_AFTER + ")";

    private final JdbcStatements database;
    private final Clock clock;
    private final String owner = "jdbc-" + UUID.randomUUID();
    private final ScheduledExecutorService heart;
    private volatile boolean closed;

    private JdbcJobStore(JdbcStatements database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.heart = Executors.newSingleThreadScheduledExecutor(action -> {
            Thread thread = new Thread(action, "holdfast-jobs");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the records of a database, whose schema is there.
     *
     * @param database the database, which the caller closes after this store
     * @param clock tells when the jobs of a dead process became interrupted
     * @return the store, which the caller closes
     * @throws BackupException if the schema is not there, is that of a newer release, or the database fails
     * @see JdbcJobSchema#createOrMigrate
     */
    public static JdbcJobStore open(DataSource database, Clock clock) {
        JdbcStatements statements = new JdbcStatements(database);
        JdbcJobSchema.requireCurrent(statements);
        JdbcJobStore store = new JdbcJobStore(statements, clock);
        try {
            store.beat();
            ScheduledFuture<?> unused = store.heart.scheduleWithFixedDelay(
                    store::beatQuietly, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
            return store;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public String owner() {
        return owner;
    }

    private void beatQuietly() {
        try {
            beat();
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=heartbeat_failed owner={} code={}",
                    owner,
                    ErrorCode.classify(e).wireValue(),
                    e);
        }
    }

    private void beat() {
        database.upsert(
                "UPDATE holdfast_owners SET beat_at = CURRENT_TIMESTAMP WHERE owner = ?",
                List.of(owner),
                "INSERT INTO holdfast_owners (beat_at, owner) VALUES (CURRENT_TIMESTAMP, ?)",
                List.of(owner));
    }

    @Override
    public void put(Job job) {
        requireOpen();
        List<Object> values = JdbcJobRows.values(job);
        List<Object> idLast = new ArrayList<>(values.subList(1, values.size()));
        idLast.add(values.get(0));
        database.upsert(
                "UPDATE holdfast_jobs SET kind = ?, repository = ?, backup_id = ?, owner = ?, state = ?, started_at = ?,"
                        + " finished_at = ?, bytes = ?, error_code = ?, message = ? WHERE id = ?",
                idLast,
                "INSERT INTO holdfast_jobs (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values);
    }

    @Override
    public Optional<Job> find(String id) {
        requireOpen();
        return jobs(" WHERE id = ?", List.of(id)).stream().findFirst();
    }

    @Override
    public List<Job> list() {
        requireOpen();
        return jobs("", List.of());
    }

    private List<Job> jobs(String where, List<Object> parameters) {
        return database
                .query("SELECT " + COLUMNS + " FROM holdfast_jobs" + where, parameters, JdbcJobRows::read)
                .stream()
                .sorted(MemoryJobStore.NEWEST_FIRST)
                .toList();
    }

    @Override
    public void remove(String id) {
        requireOpen();
        database.update("DELETE FROM holdfast_jobs WHERE id = ?", List.of(id));
    }

    @Override
    public List<Job> interruptDead() {
        requireOpen();
        List<Job> ended = new ArrayList<>();
        for (Job job : jobs(" WHERE state = 'RUNNING' AND owner <> ? AND" + OWNER_IS_DEAD, List.of(owner))) {
            Job interrupted =
                    job.interrupted(clock.now(), "The process that ran this job gave no heartbeat for a minute");
            // Somebody else may find the same one, or the owner may be back.
            int changed = database.update(
                    "UPDATE holdfast_jobs SET state = 'INTERRUPTED', finished_at = ?, error_code = ?, message = ?"
                            + " WHERE id = ? AND state = 'RUNNING' AND" + OWNER_IS_DEAD,
                    List.of(
                            interrupted.finishedAt().orElseThrow().toString(),
                            ErrorCode.BACKUP_ABORTED.wireValue(),
                            interrupted.message().orElseThrow(),
                            job.id()));
            if (changed == 1) {
                ended.add(interrupted);
            }
        }
        database.update("DELETE FROM holdfast_owners WHERE beat_at < CURRENT_TIMESTAMP - INTERVAL '1' DAY", List.of());
        return List.copyOf(ended);
    }

    @Override
    public void putNote(String name, String text) {
        requireOpen();
        Notes.requireValid(name, text);
        database.upsert(
                "UPDATE holdfast_notes SET note = ? WHERE name = ?",
                List.of(text, name),
                "INSERT INTO holdfast_notes (note, name) VALUES (?, ?)",
                List.of(text, name));
    }

    @Override
    public SortedMap<String, String> notes() {
        requireOpen();
        SortedMap<String, String> notes = new TreeMap<>();
        database.query("SELECT name, note FROM holdfast_notes", List.of(), row ->
                        new String[] {row.getString(1), row.getString(2)})
                .forEach(note -> notes.put(note[0], note[1]));
        return notes;
    }

    @Override
    public void removeNote(String name) {
        requireOpen();
        database.update("DELETE FROM holdfast_notes WHERE name = ?", List.of(name));
    }

    /** Ends the heartbeat and takes this process off the list of owners. The database stays open. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        heart.shutdown();
        try {
            database.update("DELETE FROM holdfast_owners WHERE owner = ?", List.of(owner));
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=owner_left owner={} code={}",
                    owner,
                    ErrorCode.classify(e).wireValue(),
                    e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open job store, found a closed one");
        }
    }
}
