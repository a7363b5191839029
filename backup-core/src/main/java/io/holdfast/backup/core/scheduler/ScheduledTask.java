package io.holdfast.backup.core.scheduler;

import java.time.Instant;

/** What a {@link Scheduler} runs. */
public interface ScheduledTask {
    /**
     * Does what is due. Called by one thread at a time; what is due meanwhile is passed over. What it throws is logged, and
     * the schedule goes on.
     *
     * @param scheduledFor the instant of the schedule, without the offset of the name
     */
    void run(Instant scheduledFor);

    /** Asks a run in progress to end soon. Called by another thread, which does not wait. */
    default void cancel() {}
}
