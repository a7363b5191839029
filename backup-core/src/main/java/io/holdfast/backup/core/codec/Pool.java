package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupAbortedException;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Things that go from thread to thread, each in the hands of one at a time. First in, first out. Safe for use by several threads.
 */
final class Pool<T> {
    private final Queue<T> things;
    private final Semaphore count;

    Pool(Collection<T> things) {
        this.things = new ConcurrentLinkedQueue<>(things);
        this.count = new Semaphore(things.size());
    }

    void put(T thing) {
        things.add(thing);
        count.release();
    }

    /**
     * Waits until there is one.
     *
     * @throws BackupAbortedException if this thread is interrupted; it stays so
     */
    T take() {
        try {
            count.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("The thread of a backup or restore was interrupted", e);
        }
        return things.remove();
    }
}
