package io.holdfast.backup;

import java.io.IOException;
import java.util.Optional;

/** A fresh store beside the live one, on its way to replace it. Used by one thread. */
public interface StagedStore extends AutoCloseable {
    /** Returns the staged store, empty at first. */
    Backupable store();

    /**
     * Looks into the staged store after a drill has restored a backup into it, as closely as the application thinks right: counts
     * rows, follows references, runs the engine's own check.
     *
     * @return what was checked, in up to 1,024 characters for an operator; empty, as by default, if nothing was
     * @throws RestoreCorruptException if the store is not as it should be: the backup is taken to be damaged
     * @throws IOException if that cannot be told now
     */
    default Optional<String> probe() throws IOException {
        return Optional.empty();
    }

    /**
     * Makes the staged store the live one, atomically and durably: the one commit point of a restore.
     *
     * @throws IOException if it did not happen; the live store is as it was
     */
    void swap() throws IOException;

    /**
     * Removes what the swap left over: the old store's data.
     *
     * @throws IOException if something is left; the swap stands
     */
    void cleanUp() throws IOException;

    /**
     * Releases everything; without an earlier {@link #swap} the staged store is discarded. Closing twice does nothing more.
     *
     * @throws IOException if something of the staged store is left behind
     */
    @Override
    void close() throws IOException;
}
