package io.holdfast.backup.core.repository;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time that only goes forward, and waiting for it. */
interface Waiting {
    /** The host's. */
    Waiting SYSTEM = new Waiting() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void await(CountDownLatch ended, Duration pause) throws InterruptedException {
            // Why it returns does not matter: whoever waits looks for itself.
            boolean unused = ended.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    /** Returns nanoseconds since some instant. */
    long nanos();

    /**
     * Waits for a while, or until the wait is ended.
     *
     * @param ended opened by whoever ends the wait
     * @param pause how long at most
     * @throws InterruptedException if the thread is interrupted
     */
    void await(CountDownLatch ended, Duration pause) throws InterruptedException;
}
