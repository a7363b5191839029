package io.holdfast.backup.core.service;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.support.LockException;
import net.javacrumbs.shedlock.support.StorageAccessor;
import net.javacrumbs.shedlock.support.StorageBasedLockProvider;

/**
 * Locks in a table whose holders have names, and touch no lock but their own. (The plain JDBC provider knows holders by their
 * hosts, and gives back whatever lock there is.)
 */
final class NamedHolderLocks extends StorageBasedLockProvider {
    static final String TABLE = "CREATE TABLE IF NOT EXISTS shedlock (name VARCHAR(64) PRIMARY KEY,"
            + " lock_until TIMESTAMP NOT NULL, locked_at TIMESTAMP NOT NULL, locked_by VARCHAR(255) NOT NULL)";

    NamedHolderLocks(DataSource database, String holder) {
        super(new Rows(database, holder));
    }

    private record Rows(DataSource database, String holder) implements StorageAccessor {
        @Override
        public boolean insertRecord(LockConfiguration lock) {
            return update(
                    "INSERT INTO shedlock (lock_until, locked_at, locked_by, name) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT DO NOTHING",
                    lock.getLockAtMostUntil(),
                    ClockProvider.now(),
                    holder,
                    lock.getName());
        }

        @Override
        public boolean updateRecord(LockConfiguration lock) {
            return update(
                    "UPDATE shedlock SET lock_until = ?, locked_at = ?, locked_by = ? WHERE name = ? AND lock_until <= ?",
                    lock.getLockAtMostUntil(),
                    ClockProvider.now(),
                    holder,
                    lock.getName(),
                    ClockProvider.now());
        }

        @Override
        public boolean extend(LockConfiguration lock) {
            return update(
                    "UPDATE shedlock SET lock_until = ? WHERE name = ? AND locked_by = ? AND lock_until > ?",
                    lock.getLockAtMostUntil(),
                    lock.getName(),
                    holder,
                    ClockProvider.now());
        }

        @Override
        public void unlock(LockConfiguration lock) {
            update(
                    "UPDATE shedlock SET lock_until = ? WHERE name = ? AND locked_by = ?",
                    lock.getUnlockTime(),
                    lock.getName(),
                    holder);
        }

        private boolean update(String sql, Object... parameters) {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    Object value = parameters[i];
                    statement.setObject(i + 1, value instanceof Instant instant ? Timestamp.from(instant) : value);
                }
                return statement.executeUpdate() > 0;
            } catch (SQLException e) {
                throw new LockException("The table of locks failed", e);
            }
        }
    }
}
