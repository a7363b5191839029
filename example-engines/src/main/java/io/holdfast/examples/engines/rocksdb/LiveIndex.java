package io.holdfast.examples.engines.rocksdb;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.restore.directory.DirectorySwap;
import io.holdfast.backup.core.restore.directory.StoreOpener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What an application does with an index that restores may replace: it opens the index at {@link DirectorySwap#current} and nowhere
 * else, answers queries while a backup is loaded beside it, and moves on to the new index when it is told of a swap. Safe for use
 * by several threads.
 */
public final class LiveIndex implements Backupable, AutoCloseable {
    private final DirectorySwap swap;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private RocksIndex index;

    // snippet: open
    private LiveIndex(Path root, StoreIdentity identity, StoreOpener opener) throws IOException {
        this.swap = DirectorySwap.builder(root, identity, opener)
                .whenSwapped(this::moveOn)
                .build();
        this.index = RocksIndex.open(swap.current());
    }
    // end

    /**
     * Opens the live index, after recovery of a restore that was interrupted.
     *
     * @param root the directory of its generations
     * @param identity who the store is
     * @return the index, which the caller closes
     * @throws IOException if it cannot be opened
     */
    public static LiveIndex open(Path root, StoreIdentity identity) throws IOException {
        return open(root, identity, RocksIndex::open);
    }

    static LiveIndex open(Path root, StoreIdentity identity, StoreOpener opener) throws IOException {
        return new LiveIndex(root, identity, opener);
    }

    /** Returns what restores replace. */
    public RestoreTarget target() {
        return swap;
    }

    // snippet: move-on
    private void moveOn() {
        try {
            RocksIndex next = RocksIndex.open(swap.current());
            RocksIndex old;
            lock.writeLock().lock();
            try {
                old = index;
                index = next;
            } finally {
                lock.writeLock().unlock();
            }
            old.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
    // end

    private interface Query<T> {
        T ask(RocksIndex index) throws IOException;
    }

    private <T> T ask(Query<T> query) throws IOException {
        lock.readLock().lock();
        try {
            return query.ask(index);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Returns the id that a name stands for.
     *
     * @param name the name
     * @return the id, if there is one
     * @throws IOException if the database fails
     */
    public Optional<String> find(String name) throws IOException {
        return ask(open -> open.find(name));
    }

    /**
     * Makes changes; see {@link RocksIndex#change}.
     *
     * @param changes ids by name
     * @throws IOException if the database fails
     */
    public void change(Map<String, String> changes) throws IOException {
        ask(open -> {
            open.change(changes);
            return open;
        });
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        return ask(open -> open.backup(out, context));
    }

    /** Loads into the live index, if it is empty. */
    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        ask(open -> {
            open.restore(in, context);
            return open;
        });
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            index.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
