package io.holdfast.backup.core.restore;

import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;

/** Hears how far a restore is. Called by the thread that restores; must return soon and throw nothing. */
@FunctionalInterface
public interface RestoreListener {
    /** A listener that does nothing. */
    RestoreListener NONE = (manifest, progress) -> {};

    /**
     * The restore goes on.
     *
     * @param manifest the backup, whose {@link Manifest#plainSize} says how many bytes there are
     * @param progress how far it is
     */
    void progressed(Manifest manifest, Progress progress);
}
