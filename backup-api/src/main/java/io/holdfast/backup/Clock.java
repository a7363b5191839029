package io.holdfast.backup;

import java.time.Instant;
import java.time.InstantSource;

/** Where the time comes from. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface Clock {
    /** Returns the present time. */
    Instant now();

    /** Returns the clock of this host. */
    static Clock system() {
        return from(InstantSource.system());
    }

    /**
     * Returns a clock that asks the given source.
     *
     * @param source any source, {@link java.time.Clock} among them
     * @return the clock
     */
    static Clock from(InstantSource source) {
        return source::instant;
    }
}
