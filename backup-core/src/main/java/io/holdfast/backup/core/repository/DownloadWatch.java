package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.job.Cancellation;

/**
 * Whoever watches the downloads of a run.
 *
 * @param cancellation ends the wait before a broken download is tried again
 * @param resumed hears, in the reading thread, of each broken download that goes on; must return soon and throw nothing
 */
public record DownloadWatch(Cancellation cancellation, Runnable resumed) {
    /** Returns a watch that tells nobody and never ends anything. */
    public static DownloadWatch none() {
        return new DownloadWatch(new Cancellation(), () -> {});
    }
}
