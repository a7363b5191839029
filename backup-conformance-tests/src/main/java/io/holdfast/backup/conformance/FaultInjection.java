package io.holdfast.backup.conformance;

import java.util.Set;

/** Makes a destination fail on order. One fault at a time. Thread-safe. */
public interface FaultInjection {
    /** Returns the faults that can be injected here. */
    Set<Fault> supported();

    /**
     * Begins a fault. It strikes every operation that it concerns, if not said otherwise, until it ends.
     *
     * @param fault one of {@link #supported()}
     * @param onHit runs when the fault strikes for the first time, in the thread that is struck, before the failure
     * @return what ends the fault
     */
    Injection inject(Fault fault, Runnable onHit);

    /** A fault in force. */
    interface Injection extends AutoCloseable {
        /** Ends the fault. Closing twice does nothing more. */
        @Override
        void close();
    }
}
