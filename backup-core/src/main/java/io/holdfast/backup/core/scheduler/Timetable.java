package io.holdfast.backup.core.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The schedule of one name, with its offset.
 *
 * @param name names what is scheduled; decides its stable offset
 * @param schedule when it is due
 * @param maxJitter bounds the offset that is added to each instant of the schedule; less than a second means none
 * @param missedRuns what becomes of instants at which nobody was there
 */
public record Timetable(String name, Schedule schedule, Duration maxJitter, MissedRuns missedRuns) {
    /** Returns what is added to each instant of the schedule. */
    public Duration offset() {
        return StableOffset.of(name, maxJitter);
    }

    /**
     * Returns the next instant of the schedule whose run begins after another instant.
     *
     * @param instant the other one
     * @return the instant of the schedule, without the offset
     */
    public Instant nextRunAfter(Instant instant) {
        return schedule.next(instant.minus(offset()));
    }

    /**
     * Returns when the next runs begin.
     *
     * @param instant after which
     * @param count how many
     * @return the instants, offset and all
     */
    public List<Instant> preview(Instant instant, int count) {
        return schedule.preview(instant.minus(offset()), count).stream()
                .map(tick -> tick.plus(offset()))
                .toList();
    }
}
