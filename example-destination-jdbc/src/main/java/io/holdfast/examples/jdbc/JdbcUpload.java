package io.holdfast.examples.jdbc;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects a chunk, inserts it, and so on; the last chunk comes with the commit. */
final class JdbcUpload extends ObjectUpload {
    /** How far the time of the last write may be behind in the table. */
    static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final JdbcDestination destination;
    private final Database database;
    private final String key;
    private final String id;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private long chunks;
    private long lastSign = System.nanoTime();
    private boolean committing;
    private volatile boolean committed;
    private @Nullable BackupException failure;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Transaction<?> running;

    JdbcUpload(JdbcDestination destination, Database database, String key, String id) {
        this.destination = destination;
        this.database = database;
        this.key = key;
        this.id = id;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        guarded(() -> {
            for (int done = 0; done < length; ) {
                if (buffer.size() == Tables.CHUNK) {
                    begin(this::send).await("write " + key);
                    chunks++;
                    buffer.reset();
                }
                int count = Math.min(length - done, Tables.CHUNK - buffer.size());
                buffer.write(bytes, offset + done, count);
                done += count;
            }
            if (System.nanoTime() - lastSign > SIGN_OF_LIFE.toNanos()) {
                begin(this::showLife).await("write " + key);
            }
            return length;
        });
    }

    @Override
    public ObjectInfo commit() {
        return guarded(() -> {
            committing = true;
            Transaction<ObjectInfo> publication = begin(this::publish);
            ObjectInfo info;
            try {
                info = publication.await("commit " + key);
            } catch (BackupException e) {
                if (!publication.commitSent()) {
                    throw e;
                }
                info = settle(e);
            }
            committed = true;
            destination.forget(this);
            return info;
        });
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        destination.forget(this);
        Transaction<?> unfinished = running;
        if (unfinished != null) {
            unfinished.cancel();
        }
        if (!committed) {
            // Works for an interrupted thread too, which could not wait for the database's answer.
            boolean interrupted = Thread.interrupted();
            try {
                database.begin(tables -> tables.discardUpload(id)).await("remove the upload of " + key, CLOSING);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Does a step in the state that it needs, and remembers a failure: nothing may be committed after it. */
    private <T> T guarded(Supplier<T> step) {
        if (committing) {
            throw new IllegalStateException("Expected no call after commit of " + key);
        }
        if (failure != null) {
            throw failure;
        }
        try {
            if (closed.get()) {
                throw new BackupAbortedException("Expected an open upload of " + key + ", found it closed");
            }
            destination.requireUsable();
            return step.get();
        } catch (BackupException e) {
            failure = e;
            throw e;
        }
    }

    private <T> Transaction<T> begin(Transaction.Work<T> work) {
        Transaction<T> transaction = database.begin(work);
        running = transaction;
        if (closed.get()) {
            transaction.cancel();
        }
        return transaction;
    }

    private boolean showLife(Tables tables) throws SQLException {
        lastSign = System.nanoTime();
        if (!tables.touchUpload(id)) {
            throw new DestinationException(
                    ErrorCode.DESTINATION_UNREACHABLE, key, "The upload of " + key + " was swept away", null);
        }
        return true;
    }

    private boolean send(Tables tables) throws SQLException {
        showLife(tables);
        tables.addChunk(id, chunks, buffer.toByteArray());
        return true;
    }

    private ObjectInfo publish(Tables tables) throws SQLException {
        send(tables);
        try {
            tables.publish(key, id, chunks * Tables.CHUNK + buffer.size());
        } catch (SQLException e) {
            if (SqlErrors.isDuplicate(e)) {
                throw new DestinationException(
                        ErrorCode.DESTINATION_OBJECT_EXISTS, key, "Expected " + key + " to be free, found it taken", e);
            }
            throw e;
        }
        return tables.find(key).orElseThrow().info();
    }

    // snippet: settle
    /** The answer to a commit was lost. The upload's id tells the own object from a rival's. */
    private ObjectInfo settle(BackupException lost) {
        try {
            Optional<Tables.Stored> found = database.run("look for " + key, tables -> tables.find(key));
            if (found.isPresent() && found.get().id().equals(id)) {
                return found.get().info();
            }
        } catch (BackupException | IllegalStateException e) {
            lost.addSuppressed(e);
        }
        // What is not there now may come yet: the commit may still be on its way.
        throw new DestinationException(
                ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                key,
                "Nobody knows whether " + key + " was committed; commit the same bytes again",
                lost);
    }
    // end
}
