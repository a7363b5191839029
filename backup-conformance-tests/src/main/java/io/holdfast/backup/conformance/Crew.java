package io.holdfast.backup.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** The threads of one test. Closing interrupts what is still running. */
final class Crew implements AutoCloseable {
    /** How the names of these threads begin. */
    static final String THREADS = "conformance-crew";

    private final Duration patience;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, THREADS);
        thread.setDaemon(true);
        return thread;
    });

    Crew(Duration patience) {
        this.patience = patience;
    }

    <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    /** Returns what a task returns or throws what it throws; a task that does not end soon is a failure. */
    <T> T await(Future<T> task, String doing) throws Exception {
        return await(task, patience, doing);
    }

    /** Like {@link #await(Future, String)}, for work that takes its time. */
    <T> T finish(Future<T> task, String doing) throws Exception {
        return await(task, patience.multipliedBy(30), doing);
    }

    private static <T> T await(Future<T> task, Duration limit, String doing) throws Exception {
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw Expect.failure(doing + " has not ended after " + limit, "an end");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    void await(CountDownLatch latch, String what) throws InterruptedException {
        Expect.that(
                latch.await(patience.toNanos(), TimeUnit.NANOSECONDS), what + " has not come after " + patience, what);
    }

    /** Runs a task in a thread of its own and expects it to end soon. */
    void soon(String doing, Expect.Action task) throws Exception {
        await(
                start(() -> {
                    task.run();
                    return true;
                }),
                doing);
    }

    /** Starts so many tasks at one moment and returns what each of them returned; the first failure is thrown. */
    <T> List<T> together(int count, String doing, IntFunction<Callable<T>> tasks) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(count);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Callable<T> task = tasks.apply(i);
            futures.add(start(() -> {
                barrier.await(patience.multipliedBy(30).toNanos(), TimeUnit.NANOSECONDS);
                return task.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(finish(future, doing));
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
