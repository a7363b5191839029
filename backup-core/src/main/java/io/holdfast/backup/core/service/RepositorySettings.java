package io.holdfast.backup.core.service;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.scheduler.MissedRuns;
import io.holdfast.backup.core.scheduler.Schedule;
import io.holdfast.backup.core.scheduler.Timetable;
import io.holdfast.backup.destination.DestinationConfig;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a {@link BackupService} looks after one repository. Immutable. */
public final class RepositorySettings {
    private final String name;
    private final StoreIdentity store;
    private final DestinationConfig destination;
    private final @Nullable Schedule schedule;
    private final @Nullable Schedule drillSchedule;
    private final Duration maxJitter;
    private final MissedRuns missedRuns;
    private final Duration overdueAfter;
    private final RetentionPolicy retention;
    private final Duration stallTimeout;
    private final Duration maxDuration;
    private final @Nullable EncryptionConfig encryption;
    private final int compressionLevel;
    private final boolean singleWriter;

    private RepositorySettings(Builder builder) {
        this.name = builder.name;
        this.store = builder.store;
        this.destination = builder.destination;
        this.schedule = builder.expression.isEmpty() ? null : Schedule.parse(builder.expression, builder.zone);
        this.drillSchedule =
                builder.drillExpression.isEmpty() ? null : Schedule.parse(builder.drillExpression, builder.drillZone);
        this.maxJitter = builder.maxJitter;
        this.missedRuns = builder.missedRuns;
        this.overdueAfter = builder.overdueAfter;
        this.retention = builder.retention;
        this.stallTimeout = builder.stallTimeout;
        this.maxDuration = builder.maxDuration;
        this.encryption = builder.encryption;
        this.compressionLevel = builder.compressionLevel;
        this.singleWriter = builder.singleWriter;
    }

    /**
     * Begins the settings of a repository.
     *
     * @param name names it in this service, in jobs and log lines, and decides its offset on the schedule: 1 to 100 characters of
     *     {@code [A-Za-z0-9._-]}
     * @param store who the store is
     * @param destination where the backups go
     * @return a builder with the default of every other value
     * @throws IllegalArgumentException if the name is out of bounds
     */
    public static Builder builder(String name, StoreIdentity store, DestinationConfig destination) {
        return new Builder(name, store, destination);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns who the store is. */
    public StoreIdentity store() {
        return store;
    }

    /** Returns where the backups go. */
    public DestinationConfig destination() {
        return destination;
    }

    /** Returns when backups are made; empty if only on demand. */
    public Optional<Timetable> timetable() {
        return Optional.ofNullable(schedule).map(when -> new Timetable(name, when, maxJitter, missedRuns));
    }

    /** Returns when drills are made; empty if only on demand. A drill that was missed is skipped. */
    public Optional<Timetable> drillTimetable() {
        return Optional.ofNullable(drillSchedule)
                .map(when -> new Timetable(drillsOf(name), when, maxJitter, MissedRuns.SKIP));
    }

    /** The blank keeps it apart from the names of repositories. */
    static String drillsOf(String repository) {
        return repository + " drill";
    }

    /** Returns how long after its time a backup may be missing before it is overdue. */
    public Duration overdueAfter() {
        return overdueAfter;
    }

    /** Returns which backups stay. */
    public RetentionPolicy retention() {
        return retention;
    }

    /** Returns how long a run may go without moving a byte. */
    public Duration stallTimeout() {
        return stallTimeout;
    }

    /** Returns how long a run may last. */
    public Duration maxDuration() {
        return maxDuration;
    }

    /** How the repository is opened. */
    RepositoryConfig.Builder repositoryConfig() {
        RepositoryConfig.Builder config = RepositoryConfig.builder(store)
                .name(name)
                .compressionLevel(compressionLevel)
                .singleWriter(singleWriter);
        return encryption == null ? config : config.encryption(encryption);
    }

    /** Whether an open repository can go on under the other settings. */
    boolean opensLike(RepositorySettings other) {
        return store.equals(other.store)
                && destination == other.destination
                && encryption == other.encryption
                && compressionLevel == other.compressionLevel
                && singleWriter == other.singleWriter
                && stallTimeout.equals(other.stallTimeout)
                && maxDuration.equals(other.maxDuration);
    }

    /** Collects the values of {@link RepositorySettings}. Used by one thread. */
    public static final class Builder {
        private final String name;
        private final StoreIdentity store;
        private final DestinationConfig destination;
        private String expression = "";
        private ZoneId zone = ZoneOffset.UTC;
        private String drillExpression = "";
        private ZoneId drillZone = ZoneOffset.UTC;
        private Duration maxJitter = Duration.ofMinutes(5);
        private MissedRuns missedRuns = MissedRuns.SKIP;
        private Duration overdueAfter = Duration.ofHours(1);
        private RetentionPolicy retention = RetentionPolicy.keepAll();
        private Duration stallTimeout = Duration.ofHours(1);
        private Duration maxDuration = Duration.ofDays(7);
        private @Nullable EncryptionConfig encryption;
        private int compressionLevel = 1;
        private boolean singleWriter;

        private Builder(String name, StoreIdentity store, DestinationConfig destination) {
            if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
                throw new IllegalArgumentException(
                        "Expected a name of 1 to 100 characters of [A-Za-z0-9._-], found \"" + name + "\"");
            }
            this.name = name;
            this.store = store;
            this.destination = destination;
        }

        /**
         * Sets when backups are made; by default only on demand.
         *
         * @param value an expression as {@link Schedule} reads it; checked by {@link #build}
         * @param timeZone the time zone, unless the expression names one
         * @return this builder
         */
        public Builder schedule(String value, ZoneId timeZone) {
            expression = value;
            zone = timeZone;
            return this;
        }

        /**
         * Sets when drills are made, which restore the newest backup into a staged store and discard that; by default only on
         * demand. Needs a target.
         *
         * @param value an expression as {@link Schedule} reads it; checked by {@link #build}
         * @param timeZone the time zone, unless the expression names one
         * @return this builder
         */
        public Builder drillSchedule(String value, ZoneId timeZone) {
            drillExpression = value;
            drillZone = timeZone;
            return this;
        }

        /**
         * Sets the bound of the stable offset that spreads repositories on one schedule; by default 5 minutes.
         *
         * @param value less than a second for no offset
         * @return this builder
         */
        public Builder maxJitter(Duration value) {
            maxJitter = value;
            return this;
        }

        /**
         * Sets what becomes of runs that were missed; by default they are skipped.
         *
         * @param value what becomes of them
         * @return this builder
         */
        public Builder missedRuns(MissedRuns value) {
            missedRuns = value;
            return this;
        }

        /**
         * Sets how long after its time a backup may be missing before it is overdue; by default one hour.
         *
         * @param value the time
         * @return this builder
         */
        public Builder overdueAfter(Duration value) {
            overdueAfter = value;
            return this;
        }

        /**
         * Sets which backups stay; by default all.
         *
         * @param value the policy
         * @return this builder
         */
        public Builder retention(RetentionPolicy value) {
            retention = value;
            return this;
        }

        /**
         * Sets how long a run may go without moving a byte; by default one hour.
         *
         * @param value at least a second
         * @return this builder
         */
        public Builder stallTimeout(Duration value) {
            stallTimeout = value;
            return this;
        }

        /**
         * Sets how long a run may last; by default 7 days.
         *
         * @param value at least a second
         * @return this builder
         */
        public Builder maxDuration(Duration value) {
            maxDuration = value;
            return this;
        }

        /**
         * Sets for whom backups are encrypted; by default they are not.
         *
         * @param value the keys
         * @return this builder
         */
        public Builder encryption(EncryptionConfig value) {
            encryption = value;
            return this;
        }

        /**
         * Sets the zstd level of new backups; by default 1.
         *
         * @param value 1 to 19
         * @return this builder
         */
        public Builder compressionLevel(int value) {
            compressionLevel = value;
            return this;
        }

        /**
         * Vouches that nobody else writes to the destination; see {@link RepositoryConfig#singleWriter}.
         *
         * @param value whether the application vouches
         * @return this builder
         */
        public Builder singleWriter(boolean value) {
            singleWriter = value;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws io.holdfast.backup.BackupException with {@code schedule_invalid} if the schedule is none
         */
        public RepositorySettings build() {
            return new RepositorySettings(this);
        }
    }
}
