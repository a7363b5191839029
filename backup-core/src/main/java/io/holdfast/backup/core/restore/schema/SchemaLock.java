package io.holdfast.backup.core.restore.schema;

import java.sql.Connection;
import java.sql.SQLException;

/** An advisory lock, which lasts as long as its connection. */
final class SchemaLock implements AutoCloseable {
    private final Connection connection;
    private final String unlock;

    SchemaLock(Connection connection, String unlock) {
        this.connection = connection;
        this.unlock = unlock;
    }

    /** Releases the lock; a connection may go back to a pool, with which the lock would live on. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.isClosed()) {
                Schemas.execute(connection, unlock);
            }
        }
    }
}
