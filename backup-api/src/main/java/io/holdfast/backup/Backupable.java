package io.holdfast.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A store that can be backed up and restored. This is what a store author implements.
 *
 * <p>The rules A1 to A6 of the contract, in short:
 *
 * <ul>
 *   <li><b>A1</b> The capability is the type: a store that cannot be backed up does not implement this interface.
 *   <li><b>A2</b> The bytes and the ids come from one consistent snapshot: a write after the capture point is in neither.
 *   <li><b>A3</b> {@link #restore} into a store that holds data changes nothing and throws.
 *   <li><b>A4</b> {@link #restore} never half-loads: a stream that is cut, changed or foreign throws.
 *   <li><b>A5</b> A cancelled call ends soon with {@link BackupAbortedException}; after any failure the store serves on as
 *       before and has released its snapshot.
 *   <li><b>A6</b> Payload ids name immutable content: a content hash, a generation, a UUID that is never reused. A hold on
 *       a name cannot protect bytes that are overwritten under it.
 * </ul>
 *
 * <p>Neither method closes the stream it is given. A {@link BackupException} thrown by a stream must pass through
 * unchanged. Holdfast never interrupts a thread that is inside one of these methods.
 */
public interface Backupable {
    /**
     * Streams one consistent snapshot of the store.
     *
     * @param out where the snapshot goes; buffered by the caller, checks for cancellation at every call; not to be closed
     * @param context the services of this run
     * @return every payload id that the snapshot refers to, never null; an empty set is a statement that there are none
     * @throws IOException if the store cannot read itself
     * @throws BackupAbortedException if the run was cancelled
     */
    PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException;

    /**
     * Loads a snapshot into this store, which must be empty.
     *
     * <p>The end of the stream is signalled only after everything was verified: a store reads on to the end, even when it knows
     * that it has all, and commits only then, so that it never commits a damaged snapshot. A store whose restore failed is
     * as empty as before (A4, A5), and whoever asked for it throws it away all the same.
     *
     * @param in the snapshot; not buffered for reads of single bytes; checks for cancellation at every call; not to be closed
     * @param context the services of this run
     * @throws IOException if the store cannot write itself
     * @throws RestoreDestinationNotEmptyException if this store holds data; it is left as it was
     * @throws RestoreCorruptException if the stream is cut, changed or not of this kind of store
     * @throws SchemaVersionMismatchException if the snapshot has a schema version that this store cannot load
     * @throws BackupAbortedException if the run was cancelled
     */
    void restore(InputStream in, BackupContext context) throws IOException;

    /**
     * Returns the store as one that can be backed up.
     *
     * @param store any store
     * @return the same object
     * @throws BackupUnsupportedException if it does not implement this interface
     */
    static Backupable of(Object store) {
        if (store instanceof Backupable backupable) {
            return backupable;
        }
        throw new BackupUnsupportedException("Expected a store that implements " + Backupable.class.getName()
                + ", found " + store.getClass().getName()
                + ": implement the interface to make it one that can be backed up.");
    }
}
