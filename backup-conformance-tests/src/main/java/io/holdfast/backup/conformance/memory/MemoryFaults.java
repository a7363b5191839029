package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The faults of a {@link MemoryServer}. */
final class MemoryFaults implements FaultInjection {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Active active;

    private static final class Active {
        private final Fault fault;
        private @Nullable Runnable onHit;

        Active(Fault fault, Runnable onHit) {
            this.fault = fault;
            this.onHit = onHit;
        }
    }

    @Override
    public Set<Fault> supported() {
        return EnumSet.allOf(Fault.class);
    }

    @Override
    public Injection inject(Fault fault, Runnable onHit) {
        Active begun = new Active(fault, onHit);
        become(begun);
        return () -> end(begun);
    }

    private void become(@Nullable Active next) {
        lock.lock();
        try {
            active = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(Active begun) {
        lock.lock();
        try {
            if (active == begun) {
                become(null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets threads that wait in {@link #stallWhile} look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Fails if the server as a whole fails now. */
    void strikeAny(String operation) {
        strike(Fault.DENIED, ErrorCode.DESTINATION_PERMISSION_DENIED, operation);
        strike(Fault.UNREACHABLE, ErrorCode.DESTINATION_UNREACHABLE, operation);
        strike(Fault.THROTTLED, ErrorCode.DESTINATION_THROTTLED, operation);
    }

    /** Fails if this fault is in force. */
    void strike(Fault fault, ErrorCode code, String operation) {
        if (hits(fault)) {
            throw new DestinationException(
                    code,
                    "Expected the memory destination to " + operation + ", found the injected fault " + fault,
                    new IOException("injected: " + fault));
        }
    }

    /** Tells whether the fault is in force, and runs what waits for its first hit. */
    boolean hits(Fault fault) {
        Runnable first;
        lock.lock();
        try {
            if (active == null || active.fault != fault) {
                return false;
            }
            first = active.onHit;
            active.onHit = null;
        } finally {
            lock.unlock();
        }
        if (first != null) {
            first.run();
        }
        return true;
    }

    /** Like {@link #hits}, and the fault ends with it, before what waits for its hit runs. */
    boolean hitsOnce(Fault fault) {
        Runnable first;
        lock.lock();
        try {
            if (active == null || active.fault != fault) {
                return false;
            }
            first = active.onHit;
            active = null;
        } finally {
            lock.unlock();
        }
        if (first != null) {
            first.run();
        }
        return true;
    }

    /** Waits while {@link Fault#STALL} is in force and the caller has not given up. */
    void stallWhile(BooleanSupplier wanted) {
        if (!hits(Fault.STALL)) {
            return;
        }
        lock.lock();
        try {
            while (active != null && active.fault == Fault.STALL && wanted.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("Interrupted while the memory destination stalls", e);
        } finally {
            lock.unlock();
        }
    }
}
