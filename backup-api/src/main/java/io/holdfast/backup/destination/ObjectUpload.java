package io.holdfast.backup.destination;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An object on its way to a destination.
 *
 * <p>Nothing is visible under its key before {@link #commit} (D1). One thread at a time writes or commits, not
 * always the same one; each sees what the one before it did (D11). {@link #close} may be called by any thread at any time. Failures are {@link DestinationException}s; {@code write} and {@code flush} throw no
 * {@link IOException} of their own. After a failed write, {@code commit} throws (D13). When the writing thread is
 * interrupted, {@code write} and {@code commit} stop soon with {@link io.holdfast.backup.BackupAbortedException} and leave
 * the interrupt status set (D12). Memory is bounded, whatever the object's size (D16).
 */
public abstract class ObjectUpload extends OutputStream {
    /** Creates an upload. */
    protected ObjectUpload() {}

    /** Writes one byte; see {@link #write(byte[], int, int)}. */
    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * Takes bytes.
     *
     * @param bytes where the bytes are; not kept after the call
     * @param offset where they begin
     * @param length how many there are
     * @throws DestinationException if the destination fails
     * @throws io.holdfast.backup.BackupAbortedException if the upload was closed or the thread interrupted
     * @throws IllegalStateException after a {@link #commit} that succeeded
     */
    @Override
    public abstract void write(byte[] bytes, int offset, int length) throws IOException;

    /**
     * Makes the object visible: atomically, durably, and only if its key is still free (D1, D2, D3).
     *
     * @return the object as the destination has it
     * @throws DestinationException with {@link io.holdfast.backup.ErrorCode#DESTINATION_OBJECT_EXISTS} if the key is taken,
     *     {@link io.holdfast.backup.ErrorCode#DESTINATION_OUTCOME_UNKNOWN} if nobody can know whether it happened (D17),
     *     another code if it did not happen
     * @throws io.holdfast.backup.BackupAbortedException if the upload was closed or the thread interrupted before the object
     *     became visible
     * @throws IllegalStateException after an earlier {@code commit}
     */
    public abstract ObjectInfo commit();

    /**
     * Ends the upload. Without an earlier {@link #commit} it never happened: no object, and no trace (D7). Safe to call from
     * any thread, also while another one is inside {@code write} or {@code commit}, which then ends soon. Closing twice does
     * nothing more.
     *
     * @throws DestinationException if a trace may be left, which {@link Destination#discardAbandoned} removes later
     */
    @Override
    public abstract void close();
}
