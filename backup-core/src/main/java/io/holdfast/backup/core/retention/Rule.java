package io.holdfast.backup.core.retention;

import java.time.LocalDateTime;
import java.time.temporal.IsoFields;
import java.util.Optional;

/** Why a backup stays. The first six are for a {@link RetentionPolicy} to choose from and count. */
public enum Rule {
    /** It is among the newest ones. */
    LAST(true),
    /** It is the newest of its hour. */
    HOURLY(true),
    /** It is the newest of its day. */
    DAILY(true),
    /** It is the newest of its week, which begins on Monday. */
    WEEKLY(true),
    /** It is the newest of its month. */
    MONTHLY(true),
    /** It is the newest of its year. */
    YEARLY(true),
    /** It is young enough. */
    WITHIN(false),
    /** It is a safety backup and young enough. */
    SAFETY(false),
    /** Somebody pinned it. */
    PINNED(false),
    /** It is the newest that can be restored. */
    NEWEST(false),
    /** It is the newest whose digests were found to be right, or more. */
    NEWEST_VERIFIED(false),
    /** It is damaged, and goes only by an explicit order. */
    DAMAGED(false),
    /** Its deletion has begun, and is for a sweep to finish. */
    DELETING(false),
    /** It is being restored or verified. */
    IN_USE(false),
    /** The policy has no rule. */
    NO_RULE(false);

    private final boolean counts;

    Rule(boolean counts) {
        this.counts = counts;
    }

    /** Returns whether this is a rule for a policy to choose and count. */
    public boolean counts() {
        return counts;
    }

    /** The name of the period that a time belongs to, for a rule that has periods. */
    Optional<String> periodOf(LocalDateTime time) {
        return switch (this) {
            case HOURLY -> Optional.of(time.toLocalDate() + "T" + time.getHour());
            case DAILY -> Optional.of(time.toLocalDate().toString());
            case WEEKLY ->
                Optional.of(time.get(IsoFields.WEEK_BASED_YEAR) + "-W" + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case MONTHLY -> Optional.of(time.getYear() + "-" + time.getMonthValue());
            case YEARLY -> Optional.of(String.valueOf(time.getYear()));
            default -> Optional.empty();
        };
    }
}
