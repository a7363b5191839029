package io.holdfast.backup.conformance;

import java.time.Duration;
import java.util.Locale;

/** How much work the suite does. */
public enum Profile {
    /** For destinations and stores in memory: a run takes one or two seconds. */
    SMALL(120, 8, 5, 3, 60, 40, Duration.ofSeconds(1)),
    /** The default: a run takes some seconds on a local disk. */
    QUICK(2_100, 24, 10, 3, 300, 200, Duration.ofSeconds(10)),
    /** 10,000 objects listed, hundreds of writers at once, objects of many parts. */
    FULL(10_500, 300, 100, 40, 3_000, 2_000, Duration.ofSeconds(60));

    /** The system property that chooses the profile where a test class does not. */
    public static final String PROPERTY = "holdfast.conformance.profile";

    private final int listed;
    private final int writers;
    private final int rounds;
    private final int parts;
    private final int changes;
    private final int samples;
    private final Duration patience;

    Profile(int listed, int writers, int rounds, int parts, int changes, int samples, Duration patience) {
        this.listed = listed;
        this.writers = writers;
        this.rounds = rounds;
        this.parts = parts;
        this.changes = changes;
        this.samples = samples;
        this.patience = patience;
    }

    /**
     * Returns the profile that the system property {@value #PROPERTY} names, in any case; {@link #QUICK} without it.
     *
     * @throws IllegalArgumentException if it names no profile
     */
    public static Profile configured() {
        return valueOf(System.getProperty(PROPERTY, QUICK.name()).toUpperCase(Locale.ROOT));
    }

    /** Returns how many objects the long list has, and how many changes a long snapshot. */
    int listed() {
        return listed;
    }

    /** Returns how many threads write at once. */
    int writers() {
        return writers;
    }

    /** Returns how often a race is repeated. */
    int rounds() {
        return rounds;
    }

    /** Returns how many of the largest parts a big object has. */
    int parts() {
        return parts;
    }

    /** Returns how many changes make an ordinary store. */
    int changes() {
        return changes;
    }

    /** Returns at how many places a snapshot is cut, changed or broken off. */
    int samples() {
        return samples;
    }

    /** Returns how long "soon" may take; a lot of work may take much longer. */
    Duration patience() {
        return patience;
    }
}
