package io.holdfast.examples.engines.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The tables of a store.
 *
 * @param engineTag whose tables these are
 * @param version counts their changes: a backup of another version is refused
 * @param statements what makes the tables in the current schema
 * @param afterLoading what makes their indexes and references there: quicker for all rows together than for each
 * @param tables their names, those that others refer to first
 * @param payloadIdQuery selects the ids of the payloads that the rows refer to, in the current schema
 */
public record PostgresLayout(
        String engineTag,
        int version,
        List<String> statements,
        List<String> afterLoading,
        List<String> tables,
        String payloadIdQuery) {
    /** Creates a layout, with copies of the lists. */
    public PostgresLayout {
        statements = List.copyOf(statements);
        afterLoading = List.copyOf(afterLoading);
        tables = List.copyOf(tables);
    }

    /**
     * Makes the tables, with their indexes and references.
     *
     * @param database the database
     * @param schema an empty schema, whose name needs no quotes
     * @return the store in it
     * @throws SQLException if they cannot be made
     */
    public PostgresStore create(DataSource database, String schema) throws SQLException {
        List<String> all = new ArrayList<>(statements);
        all.addAll(afterLoading);
        make(database, schema, all);
        return new PostgresStore(database, schema, this);
    }

    /**
     * Makes the tables for a restore, which makes indexes and references at its end.
     *
     * @param database the database
     * @param schema an empty schema, whose name needs no quotes
     * @return the store in it
     * @throws SQLException if they cannot be made
     */
    public PostgresStore stage(DataSource database, String schema) throws SQLException {
        make(database, schema, statements);
        return new PostgresStore(database, schema, this, afterLoading);
    }

    private static void make(DataSource database, String schema, List<String> statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL search_path TO " + schema);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }
}
