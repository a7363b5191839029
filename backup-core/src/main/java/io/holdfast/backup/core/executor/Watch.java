package io.holdfast.backup.core.executor;

import java.time.Duration;

/**
 * How closely an attempt is watched.
 *
 * @param stallTimeout how long it may go without moving a byte
 * @param maxDuration how long it may last
 * @param lifeInterval how often it gives a sign of life; well below the repository's grace period
 */
record Watch(Duration stallTimeout, Duration maxDuration, Duration lifeInterval) {
    /** How often the watch looks. Time is counted in looks: a clock that jumps or a host that slept ends no attempt. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    static long looks(Duration duration) {
        return Math.max(1, duration.toSeconds() / INTERVAL.toSeconds());
    }
}
