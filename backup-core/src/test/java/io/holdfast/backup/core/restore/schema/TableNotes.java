package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/** A real store: the same text in every row of a table, so that a mix of two stores is seen. */
final class TableNotes implements Backupable {
    private static final int ROWS = 500;

    private final DataSource database;
    private final String schema;

    TableNotes(DataSource database, String schema) {
        this.database = database;
        this.schema = schema;
    }

    static TableNotes create(DataSource database, String schema) throws SQLException {
        sql(database, "CREATE TABLE " + schema + ".notes (id INTEGER PRIMARY KEY, text VARCHAR(100) NOT NULL)");
        return new TableNotes(database, schema);
    }

    static void sql(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    void write(String text) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + schema
                    + ".notes VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text")) {
                for (int id = 0; id < ROWS; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, text);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    String read() throws SQLException {
        Set<String> found = new TreeSet<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT text, COUNT(*) FROM " + schema + ".notes GROUP BY text")) {
            while (rows.next()) {
                found.add(rows.getString(1) + (rows.getInt(2) == ROWS ? "" : " in part"));
            }
        }
        return String.join(", ", found);
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        try {
            out.write(read().getBytes(StandardCharsets.UTF_8));
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return context.newPayloadIDSet();
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        try {
            write(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
