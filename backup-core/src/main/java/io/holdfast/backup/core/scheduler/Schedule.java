package io.holdfast.backup.core.scheduler;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instants at which something is due. Immutable, safe for use by several threads.
 *
 * <p>An expression is one of
 *
 * <ul>
 *   <li>five fields as in cron: minute, hour, day of month, month, day of week. Lists, ranges, steps of ranges or of {@code *},
 *       names of months and days in English; Sunday is 0 or 7. A {@code ?} in a field of days is a {@code *}. When both fields of
 *       days are other than {@code *}, either is enough;
 *   <li>{@code @hourly}, {@code @daily} or {@code @midnight}, {@code @weekly}, {@code @monthly}, {@code @yearly} or
 *       {@code @annually};
 *   <li>{@code @every} and a duration such as {@code 90m}, {@code 1h30m} or {@code 45s}: the multiples of it since 1970, so that
 *       every process has the same instants.
 * </ul>
 *
 * <p>The first two may follow {@code CRON_TZ=} and the name of a time zone. When clocks change, hours that are written without
 * {@code *} are fixed: each local time is due exactly once, at the end of the gap when it falls into one, and the first time
 * when it comes twice. Hours with a {@code *} follow elapsed time: a local time that is left out is not due, and one that comes
 * twice is due twice.
 */
public final class Schedule {
    private static final List<Duration> STEPS = List.of(Duration.ofHours(2), Duration.ofDays(2), Duration.ofDays(40));

    private final String expression;
    private final Ticks ticks;

    private Schedule(String expression, Ticks ticks) {
        this.expression = expression;
        this.ticks = ticks;
    }

    /** What comes after an instant. */
    interface Ticks {
        Instant after(Instant instant);
    }

    /**
     * Reads an expression.
     *
     * @param expression the expression
     * @param zone the time zone, unless the expression names one
     * @return the schedule
     * @throws BackupException with {@link ErrorCode#SCHEDULE_INVALID}, naming the position of the mistake, if it is none, or one
     *     that is never due
     */
    public static Schedule parse(String expression, ZoneId zone) {
        return new Schedule(expression, new ScheduleParser(expression).parse(zone));
    }

    /** Returns the expression as it was written. */
    public String expression() {
        return expression;
    }

    /**
     * Returns the first instant after another one at which this is due.
     *
     * @param instant the other one
     * @return an instant that is later
     */
    public Instant next(Instant instant) {
        return ticks.after(instant);
    }

    /**
     * Returns the newest instant of a stretch of time at which this is due.
     *
     * @param after only instants that are later
     * @param upTo only instants that are not later
     * @return the instant, if there is one
     */
    public Optional<Instant> newest(Instant after, Instant upTo) {
        // Schedules only go forward: look back in ever longer steps instead of going through a long absence.
        for (Duration step : STEPS) {
            Instant from = upTo.minus(step);
            if (from.isAfter(after)) {
                Optional<Instant> found = last(from, upTo);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return last(after, upTo);
    }

    private Optional<Instant> last(Instant after, Instant upTo) {
        Optional<Instant> last = Optional.empty();
        for (Instant instant = next(after); !instant.isAfter(upTo); instant = next(instant)) {
            last = Optional.of(instant);
        }
        return last;
    }

    /**
     * Returns the next instants at which this is due.
     *
     * @param after only instants that are later
     * @param count how many
     * @return the instants in ascending order
     */
    public List<Instant> preview(Instant after, int count) {
        List<Instant> instants = new ArrayList<>();
        Instant last = after;
        for (int i = 0; i < count; i++) {
            last = next(last);
            instants.add(last);
        }
        return List.copyOf(instants);
    }

    /** Returns the expression. */
    @Override
    public String toString() {
        return expression;
    }
}
