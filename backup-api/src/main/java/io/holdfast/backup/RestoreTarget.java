package io.holdfast.backup;

import java.io.IOException;
import java.util.List;

/**
 * A store that an orchestrated restore can replace: a fresh one is staged beside the live one, filled, verified and
 * swapped in. Implemented by the application that owns the store. Methods are called by one thread at a time.
 */
public interface RestoreTarget {
    /** Returns who the live store is; the backup must be of its kind and lineage. */
    StoreIdentity identity();

    /**
     * Returns what must be stopped before the store may be replaced, in words for an operator: enabled shares, open
     * sessions.
     *
     * @return the blockers; empty when the restore may begin
     */
    List<String> blockers();

    /**
     * Keeps everybody else from using the store until the fence is closed.
     *
     * @return the fence, which the caller closes after clean-up
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if the store cannot be fenced now
     */
    Fence fence();

    /**
     * Opens a fresh, empty store beside the live one.
     *
     * @return the staged store, which the caller closes
     * @throws IOException if it cannot be made
     */
    StagedStore stage() throws IOException;

    /**
     * Finishes or rolls back what a crash interrupted. Afterwards the live store is the old one or the new one, whole, and
     * nothing else is left. Called before the store is opened; does nothing when there is nothing to do.
     *
     * @return what was done, in words for an operator; empty when there was nothing to do
     * @throws IOException if it cannot be done now; the state is left for the next call
     */
    List<String> recover() throws IOException;

    /** Keeps a store to its restore. Closing it twice does nothing more. */
    interface Fence extends AutoCloseable {
        /** Lets everybody in again. */
        @Override
        void close();
    }
}
