package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Files in directories, in two tables of which one refers to the other. */
final class Catalogue implements Backupable, AutoCloseable {
    static final PostgresLayout LAYOUT = new PostgresLayout(
            "file-catalogue",
            1,
            List.of(
                    "CREATE TABLE directories (id INTEGER NOT NULL, name TEXT NOT NULL)",
                    "CREATE TABLE files (id INTEGER NOT NULL, directory INTEGER NOT NULL, name TEXT NOT NULL,"
                            + " blob TEXT NOT NULL)"),
            List.of(
                    "ALTER TABLE directories ADD PRIMARY KEY (id)",
                    "ALTER TABLE files ADD PRIMARY KEY (id)",
                    "CREATE INDEX files_by_directory ON files (directory)",
                    "ALTER TABLE files ADD FOREIGN KEY (directory) REFERENCES directories"),
            List.of("directories", "files"),
            "SELECT blob FROM files");

    private final Server server;
    private final Sessions sessions;
    private final DataSource database;
    private final String schema;
    private final PostgresStore store;
    private final Connection writer;

    private Catalogue(Server server, String schema) throws SQLException {
        this.server = server;
        this.schema = schema;
        this.sessions = new Sessions(server.url(), schema);
        this.database = sessions.database();
        this.store = LAYOUT.create(database, schema);
        this.writer = server.database("writer").getConnection();
        writer.setAutoCommit(false);
    }

    static Catalogue create(Server server) throws SQLException {
        return new Catalogue(server, server.newSchema());
    }

    String schema() {
        return schema;
    }

    DataSource database() {
        return database;
    }

    /** Every change touches both tables: a snapshot that is torn refers to a directory that is not there. */
    synchronized void change(int number) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("SET LOCAL search_path TO " + schema);
            statement.execute("INSERT INTO directories VALUES (" + number + ", 'directory " + number + "')");
            statement.execute(
                    "INSERT INTO files VALUES (" + number + ", " + number + ", 'file', 'blob-" + number + "')");
            if (number % 3 == 0) {
                statement.execute("UPDATE files SET directory = " + number + " WHERE id = " + (number - 1));
                statement.execute("DELETE FROM directories WHERE id = " + (number - 1));
            }
        }
        writer.commit();
    }

    /** Adds files with names of 320 characters. */
    synchronized void grow(int files) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("SET LOCAL search_path TO " + schema);
            statement.execute("INSERT INTO directories VALUES (1, 'directory')");
            statement.execute("INSERT INTO files SELECT n, 1, repeat(md5(n::text), 10), 'blob-' || n"
                    + " FROM generate_series(1, " + files + ") n");
        }
        writer.commit();
    }

    List<String> texts(String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL search_path TO " + schema);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }

    /** How many transactions of this catalogue are open. */
    int transactions() {
        try (Connection connection = server.database("observer").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM pg_stat_activity"
                        + " WHERE application_name = '" + schema + "' AND xact_start IS NOT NULL")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        return store.backup(out, context);
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        store.restore(in, context);
    }

    @Override
    public void close() throws SQLException {
        writer.close();
        sessions.close();
    }
}
