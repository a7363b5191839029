package io.holdfast.backup.destination.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests in a bounded number of threads, so that whoever waits for one can leave at once when interrupted or
 * closed. The threads end when there is nothing to do. Thread-safe.
 */
final class Calls implements AutoCloseable {
    private static final long IDLE_SECONDS = 1;
    private static final long END_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final Set<Call<?>> live = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Creates it, without a thread.
     *
     * @param count the most threads
     */
    Calls(int count) {
        this.threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), CallThread::new);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Starts a call. Whoever starts it waits for it or cancels it. */
    <T> Call<T> start(Callable<T> work) {
        Call<T> call = new Call<>(work);
        live.add(call);
        try {
            threads.execute(() -> run(call));
        } catch (RejectedExecutionException e) {
            live.remove(call);
            throw new IllegalStateException("The destination is closed", e);
        }
        if (closed) {
            call.cancel();
        }
        return call;
    }

    private void run(Call<?> call) {
        try {
            CallThread.run(call);
        } finally {
            live.remove(call);
        }
    }

    /** Runs a request and waits for it; throws what it throws. */
    <T> T run(String operation, @Nullable String key, Callable<T> work) {
        return await(operation, key, start(work));
    }

    /** Waits for a call and throws what it throws; an interrupt cancels it. */
    <T> T await(String operation, @Nullable String key, Call<T> call) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            call.cancel();
            Thread.currentThread().interrupt();
            throw S3Errors.aborted(operation, key, e);
        } catch (CancellationException e) {
            throw S3Errors.aborted(operation, key, e);
        } catch (ExecutionException e) {
            throw asUnchecked(e);
        }
    }

    private static RuntimeException asUnchecked(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        return cause instanceof IOException io
                ? new UncheckedIOException(io)
                : new IllegalStateException("A request failed in an unforeseen way", cause);
    }

    /** Cancels all calls and ends the threads. */
    @Override
    public void close() {
        closed = true;
        live.forEach(Call::cancel);
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
