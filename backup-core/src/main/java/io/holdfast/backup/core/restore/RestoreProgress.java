package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a restore is.
 *
 * @param manifest the backup that is restored
 * @param progress the plain bytes that have passed, and what the store said about its units
 * @param elapsed since the restore began, by the repository's clock
 */
public record RestoreProgress(Manifest manifest, Progress progress, Duration elapsed) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Returns how many plain bytes there are. */
    public long totalBytes() {
        return manifest.plainSize();
    }

    /** Returns how many plain bytes passed in a second, on the average so far; 0 at the beginning. */
    public long bytesPerSecond() {
        double seconds = elapsed.toNanos() / NANOS_PER_SECOND;
        return seconds > 0 ? Math.round(progress.bytes() / seconds) : 0;
    }

    /** Returns how long the rest takes at the average rate so far, if one can be told; a swap and a clean-up come on top. */
    public Optional<Duration> remaining() {
        long bytes = progress.bytes();
        if (bytes == 0) {
            return Optional.empty();
        }
        double left = Math.max(0, totalBytes() - bytes);
        return Optional.of(Duration.ofNanos(Math.round(elapsed.toNanos() * (left / bytes))));
    }
}
