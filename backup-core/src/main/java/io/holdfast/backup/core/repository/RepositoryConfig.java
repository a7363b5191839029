package io.holdfast.backup.core.repository;

import io.holdfast.backup.Clock;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.key.EncryptionConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a repository is used for writing. Immutable. */
public final class RepositoryConfig {
    private final Builder values;

    private RepositoryConfig(Builder builder) {
        this.values = builder.copy();
    }

    /**
     * Begins a configuration.
     *
     * @param store who the store is that is backed up here
     * @return a builder with the default of every other value
     */
    public static Builder builder(StoreIdentity store) {
        return new Builder(store);
    }

    /** Returns who the store is. */
    public StoreIdentity store() {
        return values.store;
    }

    /** Returns the name of the repository in jobs and log lines. */
    public String name() {
        return values.name;
    }

    /** Returns the name under which this process signs intents, deletions and void markers. */
    public String owner() {
        return values.owner;
    }

    /** Returns the zstd level of new backups. */
    public int compressionLevel() {
        return values.compressionLevel;
    }

    /** Returns whether new backups are compressed. */
    public boolean compressed() {
        return !values.uncompressed;
    }

    /** Returns how the repository is encrypted; empty for a plain one. */
    public Optional<EncryptionConfig> encryption() {
        return Optional.ofNullable(values.encryption);
    }

    /** Returns how long an attempt may go without a sign of life before a sweep ends it. */
    public Duration grace() {
        return values.grace;
    }

    /** Returns how long a void marker stays. */
    public Duration voidRetention() {
        return values.voidRetention;
    }

    /** Returns whether the application vouches that nobody else writes to this destination. */
    public boolean singleWriter() {
        return values.singleWriter;
    }

    /** Returns the clock. */
    public Clock clock() {
        return values.clock;
    }

    /** Returns where the random part of new ids comes from. */
    public RandomGenerator random() {
        return values.random;
    }

    /** Collects the values of a {@link RepositoryConfig}. Used by one thread. */
    public static final class Builder {
        private final StoreIdentity store;
        private String name;
        private String owner = "pid-" + ProcessHandle.current().pid();
        private int compressionLevel = 1;
        private boolean uncompressed;
        private @Nullable EncryptionConfig encryption;
        private Duration grace = Duration.ofHours(24);
        private Duration voidRetention = Duration.ofDays(30);
        private boolean singleWriter;
        private Clock clock = Clock.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(StoreIdentity store) {
            this.store = store;
            this.name = store.id();
        }

        private Builder copy() {
            Builder copy = new Builder(store);
            copy.name = name;
            copy.owner = owner;
            copy.compressionLevel = compressionLevel;
            copy.uncompressed = uncompressed;
            copy.encryption = encryption;
            copy.grace = grace;
            copy.voidRetention = voidRetention;
            copy.singleWriter = singleWriter;
            copy.clock = clock;
            copy.random = random;
            return copy;
        }

        /**
         * Sets the name of the repository in jobs and log lines; by default the store's id.
         *
         * @param value the name
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Sets the name under which this process signs what it writes; by default its process id.
         *
         * @param value up to 256 characters
         * @return this builder
         */
        public Builder owner(String value) {
            if (value.isBlank() || value.length() > 256) {
                throw new IllegalArgumentException("Expected an owner of 1 to 256 characters, found " + value.length());
            }
            owner = value;
            return this;
        }

        /**
         * Sets the zstd level of new backups; by default 1.
         *
         * @param value 1 to 19
         * @return this builder
         */
        public Builder compressionLevel(int value) {
            if (value < 1 || value > 19) {
                throw new IllegalArgumentException("Expected a zstd level from 1 to 19, found " + value);
            }
            compressionLevel = value;
            return this;
        }

        /**
         * Stores new backups as they are, for stores whose bytes do not compress. Needs encryption, with which every frame carries
         * a check of its own.
         *
         * @return this builder
         */
        public Builder uncompressed() {
            uncompressed = true;
            return this;
        }

        /**
         * Encrypts the repository. Whatever is at the destination, only an encrypted repository with trusted keys is opened then.
         *
         * @param value for whom, and with which keys
         * @return this builder
         */
        public Builder encryption(EncryptionConfig value) {
            encryption = value;
            return this;
        }

        /**
         * Sets how long an attempt may go without a sign of life before a sweep ends it; by default 24 hours. Every process that
         * uses the repository must have the same value: a sweep with a shorter one ends attempts that are alive.
         *
         * @param value more than zero
         * @return this builder
         */
        public Builder grace(Duration value) {
            grace = requirePositive("grace", value);
            return this;
        }

        /**
         * Sets how long a void marker stays; by default 30 days.
         *
         * @param value more than zero
         * @return this builder
         */
        public Builder voidRetention(Duration value) {
            voidRetention = requirePositive("voidRetention", value);
            return this;
        }

        /**
         * Vouches that nobody else writes to the destination. Only then a destination without exclusive commits can be written.
         *
         * @param value whether the application vouches
         * @return this builder
         */
        public Builder singleWriter(boolean value) {
            singleWriter = value;
            return this;
        }

        /**
         * Sets the clock; by default the host's.
         *
         * @param value the clock
         * @return this builder
         */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /**
         * Sets where the random part of new ids comes from; by default a secure generator.
         *
         * @param value a generator that is safe for use by several threads
         * @return this builder
         */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /**
         * Returns the configuration.
         *
         * @throws IllegalArgumentException if backups are neither compressed nor encrypted
         */
        public RepositoryConfig build() {
            if (uncompressed && encryption == null) {
                throw new IllegalArgumentException(
                        "Expected encryption for backups that are not compressed, so that every frame carries a check; found"
                                + " none");
            }
            return new RepositoryConfig(this);
        }

        private static Duration requirePositive(String what, Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException("Expected a " + what + " of more than zero, found " + value);
            }
            return value;
        }
    }
}
