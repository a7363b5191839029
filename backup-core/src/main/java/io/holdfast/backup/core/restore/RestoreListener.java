package io.holdfast.backup.core.restore;

/**
 * Hears how far a restore is. Called by the thread that restores, or by the one that reads ahead for it when a broken download goes on,
 * never by both at once; must return soon and throw nothing.
 */
@FunctionalInterface
public interface RestoreListener {
    /** A listener that does nothing. */
    RestoreListener NONE = progress -> {};

    /**
     * A job has begun: an orchestrated restore, or a drill.
     *
     * @param jobId its id
     */
    default void started(String jobId) {}

    /**
     * The restore goes on.
     *
     * @param progress how far it is
     */
    void progressed(RestoreProgress progress);

    /**
     * An orchestrated restore goes over to its next phase.
     *
     * @param phase what it is going to do
     */
    default void entered(RestorePhase phase) {}
}
