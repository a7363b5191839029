package io.holdfast.backup.destination.s3;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The pause before something is tried again: longer each time, and never the same for two at once. */
final class Backoff {
    private static final long FIRST_MILLIS = 50;
    private static final int MOST_DOUBLINGS = 8;

    private Backoff() {}

    /**
     * Waits before the next attempt.
     *
     * @param failures how many attempts have failed, 1 or more
     * @throws InterruptedIOException if the thread is interrupted, with its status kept
     */
    static void pause(int failures) throws InterruptedIOException {
        long most = FIRST_MILLIS << Math.min(failures, MOST_DOUBLINGS);
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted before another attempt");
        }
    }
}
