package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.restore.schema.SchemaSwap;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A live schema in which every row of both tables says the same, so that a mix of two stores is seen. */
final class LiveTables {
    static final StoreIdentity STORE = new StoreIdentity("catalogue-1", "file-catalogue");
    static final int ROWS = 500;

    /** Reads both tables in one statement. */
    static final String QUESTION = "SELECT COALESCE(MIN(f.blob), 'nothing') || CASE WHEN COUNT(*) = " + ROWS
            + " AND MIN(f.blob) = MAX(f.blob) AND MIN(d.name) = MAX(d.name) AND MIN(d.name) = MIN(f.blob)"
            + " THEN '' ELSE ' in part' END FROM live.files f JOIN live.directories d ON d.id = f.directory";

    private static final String SCHEMA = "live";

    private LiveTables() {}

    static PostgresStore store(DataSource database) {
        return new PostgresStore(database, SCHEMA, Catalogue.LAYOUT);
    }

    /** What an application gives to a restore. */
    static RestoreTarget target(DataSource database) {
        return SchemaSwap.builder(database, SCHEMA, STORE, schema -> Catalogue.LAYOUT.stage(database, schema))
                .build();
    }

    static void recreate(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS live CASCADE");
            statement.execute("CREATE SCHEMA live");
        }
        Catalogue.LAYOUT.create(database, SCHEMA);
    }

    /** Replaces every row, in one transaction. */
    static void fill(DataSource database, String text) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM live.files");
            statement.execute("DELETE FROM live.directories");
            statement.execute(
                    "INSERT INTO live.directories SELECT n, '" + text + "' FROM generate_series(1, " + ROWS + ") n");
            statement.execute("INSERT INTO live.files SELECT n, n, 'file ' || n, '" + text
                    + "' FROM generate_series(1, " + ROWS + ") n");
            connection.commit();
        }
    }
}
