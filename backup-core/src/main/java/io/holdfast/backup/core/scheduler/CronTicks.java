package io.holdfast.backup.core.scheduler;

import com.cronutils.model.Cron;
import com.cronutils.model.time.ExecutionTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The instants of five fields of cron. The library is asked about local times only, as if no clock ever changed: it would leave
 * out a whole day when a fixed hour falls into a gap.
 */
final class CronTicks implements Schedule.Ticks {
    private final ExecutionTime local;
    private final ZoneRules rules;
    private final boolean fixedHours;

    CronTicks(Cron cron, ZoneId zone, boolean fixedHours) {
        this.local = ExecutionTime.forCron(cron);
        this.rules = zone.getRules();
        this.fixedHours = fixedHours;
    }

    boolean everDue() {
        // Eight years lie between the 29th of February and the next, at most.
        return nextLocal(LocalDateTime.of(2096, 3, 1, 0, 0)).isPresent();
    }

    @Override
    public Instant after(Instant instant) {
        return fixedHours ? fixedAfter(instant) : elapsedAfter(instant);
    }

    /** Each local time once: instants ascend with local times, and only at changes two of them coincide. */
    private Instant fixedAfter(Instant instant) {
        LocalDateTime candidate = localAt(instant);
        Instant due;
        do {
            candidate = laterThan(candidate);
            due = instantOf(candidate);
        } while (!due.isAfter(instant));
        return due;
    }

    private Instant instantOf(LocalDateTime time) {
        ZoneOffsetTransition change = rules.getTransition(time);
        if (change == null) {
            return time.toInstant(rules.getOffset(time));
        }
        return change.isGap() ? change.getInstant() : time.toInstant(change.getOffsetBefore());
    }

    /** Each instant whose local time agrees: looks at one stretch of time after the other in which the offset is the same. */
    private Instant elapsedAfter(Instant instant) {
        ZoneOffset offset = rules.getOffset(instant);
        LocalDateTime from = localAt(instant);
        ZoneOffsetTransition change = rules.nextTransition(instant);
        while (true) {
            Instant due = laterThan(from).toInstant(offset);
            if (change == null || due.isBefore(change.getInstant())) {
                return due;
            }
            offset = change.getOffsetAfter();
            // The first moment after the change counts too.
            from = change.getDateTimeAfter().minusNanos(1);
            change = rules.nextTransition(change.getInstant());
        }
    }

    private LocalDateTime localAt(Instant instant) {
        return LocalDateTime.ofInstant(instant, rules.getOffset(instant));
    }

    private LocalDateTime laterThan(LocalDateTime time) {
        return nextLocal(time).orElseThrow(() -> new IllegalStateException("Nothing is due after " + time));
    }

    private Optional<LocalDateTime> nextLocal(LocalDateTime time) {
        return local.nextExecution(time.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }
}
