package io.holdfast.backup.core.retention;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Which backups stay: those that at least one rule keeps. A policy without rules keeps all. Immutable.
 *
 * <p>A rule that counts keeps the newest backup of each of the newest so many periods in which there are any: hours, days, weeks
 * (from Monday on), months, years of the policy's time zone; {@link Rule#LAST} counts the backups themselves.
 */
public final class RetentionPolicy {
    private final Map<Rule, Integer> counts;
    private final Duration within;
    private final Duration safetyWithin;
    private final ZoneId zone;

    private RetentionPolicy(Builder builder) {
        this.counts = Collections.unmodifiableMap(new EnumMap<>(builder.counts));
        this.within = builder.within;
        this.safetyWithin = builder.safetyWithin;
        this.zone = builder.zone;
    }

    /** Returns the policy that keeps all backups. */
    public static RetentionPolicy keepAll() {
        return builder().build();
    }

    /** Begins a policy without rules. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the rules that count, and how many they keep. */
    public Map<Rule, Integer> counts() {
        return counts;
    }

    /** Returns up to which age every backup stays; zero if there is no such rule. */
    public Duration within() {
        return within;
    }

    /** Returns up to which age a safety backup stays. */
    public Duration safetyWithin() {
        return safetyWithin;
    }

    /** Returns the time zone of days, weeks, months and years. */
    public ZoneId zone() {
        return zone;
    }

    /** Returns whether there is no rule, so that nothing is deleted. */
    public boolean keepsAll() {
        return counts.isEmpty() && within.isZero();
    }

    /** Collects the rules of a {@link RetentionPolicy}. Used by one thread. */
    public static final class Builder {
        private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);
        private Duration within = Duration.ZERO;
        private Duration safetyWithin = Duration.ofDays(30);
        private ZoneId zone = ZoneOffset.UTC;

        private Builder() {}

        /**
         * Adds a rule that counts, or changes its number.
         *
         * @param rule {@link Rule#LAST} or one of the periods
         * @param count how many it keeps; 0 for no such rule
         * @return this builder
         * @throws IllegalArgumentException if the rule does not count, or the number is negative
         */
        public Builder keep(Rule rule, int count) {
            if (!rule.counts()) {
                throw new IllegalArgumentException("Expected a rule that counts, found " + rule);
            }
            if (count < 0) {
                throw new IllegalArgumentException("Expected a number of 0 or more, found " + count);
            }
            if (count == 0) {
                counts.remove(rule);
            } else {
                counts.put(rule, count);
            }
            return this;
        }

        /**
         * Adds the rule that keeps every backup up to an age.
         *
         * @param age the age; zero for no such rule
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder keepWithin(Duration age) {
            within = requireNotNegative(age);
            return this;
        }

        /**
         * Sets up to which age a safety backup stays, by default 30 days. It is no rule of its own.
         *
         * @param age the age
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder keepSafetyWithin(Duration age) {
            safetyWithin = requireNotNegative(age);
            return this;
        }

        /**
         * Sets the time zone in which days, weeks, months and years begin; by default UTC.
         *
         * @param value the time zone
         * @return this builder
         */
        public Builder zone(ZoneId value) {
            zone = value;
            return this;
        }

        /** Returns the policy. */
        public RetentionPolicy build() {
            return new RetentionPolicy(this);
        }

        private static Duration requireNotNegative(Duration age) {
            if (age.isNegative()) {
                throw new IllegalArgumentException("Expected an age of zero or more, found " + age);
            }
            return age;
        }
    }
}
