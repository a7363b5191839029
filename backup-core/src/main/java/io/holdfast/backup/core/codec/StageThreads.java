package io.holdfast.backup.core.codec;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The threads that help one stream: daemons, started one by one as tasks come. Whoever makes this closes it. Used by one thread.
 */
final class StageThreads implements AutoCloseable {
    private final ExecutorService threads;
    private final Semaphore ended = new Semaphore(0);
    private int running;

    /**
     * Starts none yet.
     *
     * @param name what the threads are called
     * @param most how many there may be
     */
    StageThreads(String name, int most) {
        threads = Executors.newFixedThreadPool(most, action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Has a task begin after those that were given before. */
    void run(Runnable task) {
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                ended.release();
            }
        });
        running++;
    }

    /** Waits until every task has ended, whatever interrupts this thread; its interrupt status stays. */
    void await() {
        ended.acquireUninterruptibly(running);
        running = 0;
    }

    /**
     * Interrupts the tasks and ends the threads, once every task has ended. Only for tasks that have a thread each, and that are never
     * inside a store's code: they read a destination, which lets an interrupted thread go soon.
     */
    void interruptAndClose() {
        threads.shutdownNow();
        await();
    }

    /** Ends the threads, once every task has ended. Interrupts nobody. */
    @Override
    public void close() {
        await();
        threads.shutdown();
    }
}
