package io.holdfast.examples.jdbc;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One transaction in a thread of the database: whoever waits for it can be interrupted, which a JDBC call cannot, and any
 * thread can cancel it.
 */
final class Transaction<T> {
    interface Work<T> {
        T run(Tables tables) throws SQLException;
    }

    private final Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable Connection held;
    private boolean commitSent;

    Transaction(Work<T> work) {
        this.work = work;
    }

    /** Runs it in this thread. */
    void run(Database database) {
        try {
            Connection connection = database.borrow();
            T result;
            try {
                hold(connection);
                result = work.run(new Tables(connection, database.prefix()));
                sendCommit();
                connection.commit();
                hold(null);
            } catch (Throwable e) {
                database.discard(connection);
                throw e;
            }
            database.giveBack(connection);
            answer.complete(result);
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        }
    }

    private synchronized void hold(@Nullable Connection connection) {
        if (answer.isDone()) {
            throw new CancellationException();
        }
        held = connection;
    }

    private synchronized void sendCommit() {
        hold(held);
        commitSent = true;
    }

    /** Returns whether the commit may have happened, whatever the answer was. */
    synchronized boolean commitSent() {
        return commitSent;
    }

    /** Gives the waiting thread its answer at once. Nothing is committed, unless the commit was sent before. */
    synchronized void cancel() {
        answer.completeExceptionally(new BackupAbortedException("Expected an open upload or read, found it closed"));
        if (held != null) {
            try {
                held.abort(Runnable::run);
            } catch (SQLException e) {
                // Then the thread is free when the database answers; nobody waits for it.
            }
        }
    }

    T await(String doing) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("Interrupted while trying to " + doing, e);
        } catch (ExecutionException e) {
            cancel();
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            ErrorCode code = e.getCause() instanceof SQLException sql
                    ? SqlErrors.codeOf(sql)
                    : ErrorCode.DESTINATION_UNREACHABLE;
            throw new DestinationException(code, "Could not " + doing + ": " + e.getCause(), e.getCause());
        }
    }

    /** Waits no longer than that. */
    T await(String doing, Duration limit) {
        answer.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        return await(doing);
    }
}
