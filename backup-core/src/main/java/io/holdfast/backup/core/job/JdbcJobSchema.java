package io.holdfast.backup.core.job;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of a {@link JdbcJobStore}: {@code holdfast_jobs}, {@code holdfast_owners}, {@code holdfast_notes}, {@code holdfast_schema}. */
public final class JdbcJobSchema {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcJobSchema.class);

    /** The version that this release makes and uses. */
    static final int VERSION = 1;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS holdfast_jobs (id VARCHAR(100) NOT NULL PRIMARY KEY,"
                    + " kind VARCHAR(20) NOT NULL, repository VARCHAR(200) NOT NULL, backup_id VARCHAR(26) NOT NULL, owner VARCHAR(100) NOT NULL,"
                    + " state VARCHAR(20) NOT NULL, started_at VARCHAR(40) NOT NULL, finished_at VARCHAR(40),"
                    + " bytes BIGINT NOT NULL, error_code VARCHAR(64), message VARCHAR(4000))",
            "CREATE TABLE IF NOT EXISTS holdfast_owners (owner VARCHAR(100) NOT NULL PRIMARY KEY,"
                    + " beat_at TIMESTAMP WITH TIME ZONE NOT NULL)",
            "CREATE TABLE IF NOT EXISTS holdfast_notes (name VARCHAR(200) NOT NULL PRIMARY KEY,"
                    + " note VARCHAR(1000) NOT NULL)",
            "CREATE TABLE IF NOT EXISTS holdfast_schema (version INTEGER NOT NULL PRIMARY KEY)");

    private JdbcJobSchema() {}

    /**
     * Makes the tables that are not there, or brings those of an older release up to date. Several processes may do so at once.
     *
     * @param database the database; its user must have the right to make tables
     * @throws BackupException if the tables are those of a newer release, or the database fails
     */
    public static void createOrMigrate(DataSource database) {
        JdbcStatements statements = new JdbcStatements(database);
        TABLES.forEach(table -> create(statements, table));
        statements.upsert(
                "UPDATE holdfast_schema SET version = version WHERE version >= ?",
                List.of(VERSION),
                "INSERT INTO holdfast_schema (version) VALUES (?)",
                List.of(VERSION));
        requireCurrent(statements);
    }

    private static void create(JdbcStatements statements, String table) {
        try {
            statements.update(table, List.of());
        } catch (BackupException e) {
            LOG.info("event=schema_retried reason=\"{}\"", e.getMessage());
            // Another process made the same table at the same time: IF NOT EXISTS does not look that closely.
            statements.update(table, List.of());
        }
    }

    static void requireCurrent(JdbcStatements statements) {
        int found;
        try {
            found = statements
                    .query("SELECT MAX(version) FROM holdfast_schema", List.of(), row -> row.getInt(1))
                    .get(0);
        } catch (BackupException e) {
            throw new BackupException(
                    e.code(),
                    "Expected the tables of the job store, found none that can be read; make them with"
                            + " JdbcJobSchema.createOrMigrate: " + e.getMessage(),
                    e);
        }
        if (found != VERSION) {
            throw new BackupException(
                    ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                    "Expected the tables of the job store in version " + VERSION + ", found version " + found
                            + "; use the release that made them, or a newer one");
        }
    }
}
