package io.holdfast.backup.core.job;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Runs single statements, each a transaction of its own, and as durable when it returns as the database makes it. */
final class JdbcStatements {
    private static final String DUPLICATE_KEY = "23505";

    private final DataSource database;

    JdbcStatements(DataSource database) {
        this.database = database;
    }

    /** Reads one row. */
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    <T> List<T> query(String sql, List<Object> parameters, Reader<T> reader) {
        return run(sql, parameters, statement -> {
            List<T> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(reader.read(found));
                }
            }
            return rows;
        });
    }

    int update(String sql, List<?> parameters) {
        return run(sql, parameters, PreparedStatement::executeUpdate);
    }

    /** Updates a row, or inserts it when there is none; somebody else may do the same. */
    void upsert(String update, List<?> updated, String insert, List<?> inserted) {
        if (update(update, updated) > 0) {
            return;
        }
        try {
            update(insert, inserted);
        } catch (BackupException e) {
            if (!(e.getCause() instanceof SQLException cause) || !DUPLICATE_KEY.equals(cause.getSQLState())) {
                throw e;
            }
            update(update, updated);
        }
    }

    private <T> T run(String sql, List<?> parameters, Work<T> work) {
        try (Connection connection = database.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(true);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.size(); i++) {
                    statement.setObject(i + 1, parameters.get(i));
                }
                return work.with(statement);
            } finally {
                connection.setAutoCommit(before);
            }
        } catch (SQLException e) {
            throw new BackupException(
                    ErrorCode.classify(e), "The job database failed: " + e.getSQLState() + " " + e.getMessage(), e);
        }
    }
}
