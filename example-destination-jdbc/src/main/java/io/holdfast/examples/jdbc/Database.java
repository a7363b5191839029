package io.holdfast.examples.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions, so many at once, each on a thread and a connection of its own. Between two transactions nobody keeps a
 * connection, however slow he is. Thread-safe.
 */
final class Database {
    private static final int PATIENCE_SECONDS = 5;

    private final String url;
    private final Properties login;
    private final String prefix;
    private final ThreadPoolExecutor threads;
    private final Set<Transaction<?>> running = ConcurrentHashMap.newKeySet();
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private boolean tablesThere;

    Database(String url, Properties login, String prefix, int connections) {
        this.url = url;
        this.login = login;
        this.prefix = prefix;
        this.threads = new ThreadPoolExecutor(
                connections, connections, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "holdfast-jdbc");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    <T> T run(String doing, Transaction.Work<T> work) {
        return begin(work).await(doing);
    }

    <T> Transaction<T> begin(Transaction.Work<T> work) {
        Transaction<T> transaction = new Transaction<>(work);
        running.add(transaction);
        try {
            threads.execute(() -> {
                transaction.run(this);
                running.remove(transaction);
            });
        } catch (RejectedExecutionException e) {
            running.remove(transaction);
            throw new IllegalStateException("Expected an open destination, found it closed", e);
        }
        return transaction;
    }

    void close() {
        threads.shutdown();
        running.forEach(Transaction::cancel);
        closeIdle();
    }

    String prefix() {
        return prefix;
    }

    Connection borrow() throws SQLException {
        for (Connection found = idle.poll(); found != null; found = idle.poll()) {
            if (found.isValid(PATIENCE_SECONDS)) {
                return found;
            }
            discard(found);
        }
        Connection fresh = DriverManager.getConnection(url, login);
        try {
            fresh.setAutoCommit(false);
            createTables(fresh);
            return fresh;
        } catch (SQLException | RuntimeException e) {
            discard(fresh);
            throw e;
        }
    }

    void giveBack(Connection connection) {
        idle.add(connection);
        if (threads.isShutdown()) {
            closeIdle();
        }
    }

    void discard(@Nullable Connection connection) {
        try (connection) {
            if (connection != null) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // It is broken, which is why it is discarded; the database rolls back by itself.
        }
    }

    private void closeIdle() {
        for (Connection found = idle.poll(); found != null; found = idle.poll()) {
            discard(found);
        }
    }

    private synchronized void createTables(Connection connection) throws SQLException {
        if (!tablesThere) {
            new Tables(connection, prefix).create();
            connection.commit();
            tablesThere = true;
        }
    }
}
