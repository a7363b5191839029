package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupAbortedException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads many small things a few at a time, since each costs a round trip, and hands the results out in the order in which they
 * were asked for. The first ones are read in the caller's thread; daemons, which end with this, read the others. Used by one
 * thread.
 *
 * @param <A> what is asked for
 * @param <R> what is read
 */
final class ParallelReads<A, R> implements AutoCloseable {
    /** Up to here no thread is worth its start. */
    static final int FEW = 16;

    private static final int THREADS = 8;
    private static final int PENDING = 4 * THREADS;

    private final Function<A, R> read;
    private final Consumer<R> results;
    private final Queue<Future<R>> pending = new ArrayDeque<>();
    private final Semaphore ended = new Semaphore(0);
    private @Nullable ExecutorService threads;
    private int asked;
    private int begun;

    /**
     * Begins with nothing.
     *
     * @param read reads one of them, in any thread; what it throws is thrown in the place of its result
     * @param results gets what was read, in the caller's thread
     */
    ParallelReads(Function<A, R> read, Consumer<R> results) {
        this.read = read;
        this.results = results;
    }

    /** Asks for one more; hands out the oldest results if many are waited for. */
    void ask(A what) {
        asked++;
        if (asked <= FEW) {
            results.accept(read.apply(what));
            return;
        }
        if (pending.size() == PENDING) {
            handOutOldest();
        }
        pending.add(threads().submit(() -> {
            try {
                return read.apply(what);
            } finally {
                ended.release();
            }
        }));
        begun++;
    }

    /** Hands out all that is left. */
    void finish() {
        while (!pending.isEmpty()) {
            handOutOldest();
        }
    }

    private ExecutorService threads() {
        ExecutorService started = threads;
        if (started == null) {
            started = Executors.newFixedThreadPool(THREADS, action -> {
                Thread thread = new Thread(action, "holdfast-read");
                thread.setDaemon(true);
                return thread;
            });
            threads = started;
        }
        return started;
    }

    private void handOutOldest() {
        try {
            results.accept(pending.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("Interrupted while backups were read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    /** Ends the threads, and with them the reads that nobody has waited for. */
    @Override
    public void close() {
        if (threads != null) {
            int neverBegun = threads.shutdownNow().size();
            ended.acquireUninterruptibly(begun - neverBegun);
        }
    }
}
