package io.holdfast.backup.core.codec;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads do something in the order of their numbers, 0 first. What one does in its turn is seen by the next. */
final class Turns {
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long current;

    /** Waits for a turn, whatever interrupts this thread; its interrupt status stays. */
    void await(long number) {
        lock.lock();
        try {
            while (current != number) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the turn that this thread has. */
    void end() {
        lock.lock();
        try {
            current++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
