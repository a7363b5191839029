package io.holdfast.backup.destination;

import io.holdfast.backup.Finding;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A flat, strongly consistent store of immutable objects. This is what a driver author implements; nothing in it knows about
 * backups.
 *
 * <p>The rules D1 to D18 of the contract, in short:
 *
 * <ul>
 *   <li><b>D1</b> Atomic: an object is absent, then whole.
 *   <li><b>D2</b> Write-once: a commit on a taken key fails and leaves the old bytes; of many concurrent ones exactly one
 *       wins, as far as {@link DestinationInfo#capabilities} says.
 *   <li><b>D3</b> Durable: what was committed or deleted survives a crash of the process and of the host.
 *   <li><b>D4</b> What was written can be read and listed at once, from any handle; what was deleted is gone.
 *   <li><b>D5</b> Listings are complete and in the byte order of whole keys.
 *   <li><b>D6</b> Deleting what is not there is fine.
 *   <li><b>D7</b> An upload that was closed, failed or killed leaves no object.
 *   <li><b>D8</b> A read begins anywhere, and a broken one never looks like the end.
 *   <li><b>D9</b> Denied or unreachable is never taken for missing.
 *   <li><b>D10</b> Keys have the form of {@link ObjectKey}; anything else is refused before any input or output.
 *   <li><b>D11</b> All methods are safe for use by many threads.
 *   <li><b>D12</b> An interrupted thread stops soon, with its interrupt status kept.
 *   <li><b>D13</b> Failures carry the right code and the provider's own error as their cause.
 *   <li><b>D14</b> After {@link #close} nothing stays behind.
 *   <li><b>D15</b> Every size works alike, 0 bytes among them.
 *   <li><b>D16</b> Memory per upload and per read is bounded, and the bound is documented.
 *   <li><b>D17</b> An unknown outcome is reported as unknown.
 *   <li><b>D18</b> Objects are private.
 * </ul>
 *
 * <p>Every method throws {@link DestinationException} when the destination fails, {@link IllegalStateException} after
 * {@link #close}, {@link IllegalArgumentException} for what has not the form of a key, and
 * {@link io.holdfast.backup.BackupAbortedException} when the calling thread is interrupted.
 */
public interface Destination extends AutoCloseable {
    /** Returns where this is and what it can do. Asks nobody. */
    DestinationInfo info();

    /**
     * Begins an object.
     *
     * @param key the key it will have
     * @return the upload, which the caller closes
     */
    ObjectUpload upload(String key);

    /**
     * Opens an object for reading.
     *
     * @param key its key
     * @param offset how many of its first bytes to leave out; its size gives an empty stream
     * @return its bytes, which the caller closes; reads throw {@link DestinationException} on failure, and an object that
     *     ends early is a failure (D8)
     * @throws DestinationException with {@link io.holdfast.backup.ErrorCode#DESTINATION_OBJECT_MISSING} if there is none (D9)
     * @throws IllegalArgumentException if the offset is negative or greater than the object's size
     */
    InputStream open(String key, long offset);

    /**
     * Asks about an object.
     *
     * @param key its key
     * @return what the destination tells of it; empty only if it is known not to be there (D9)
     */
    Optional<ObjectInfo> stat(String key);

    /**
     * Lists objects in ascending byte order of their whole keys ({@code a-b} before {@code a.b} before {@code a/x}). Pages are
     * fetched as the stream is consumed; objects that come and go meanwhile may be seen or not. A failure surfaces as a
     * {@link DestinationException} of the stream's terminal operation.
     *
     * @param prefix only keys that begin with these characters; empty for all
     * @param startAfter only keys greater than this, itself a key or the beginning of one; empty for all
     * @return the objects; the caller closes the stream
     */
    Stream<ObjectInfo> list(String prefix, String startAfter);

    /**
     * Deletes an object, durably. Does nothing when there is none (D6).
     *
     * @param key its key
     * @throws DestinationException with {@link io.holdfast.backup.ErrorCode#DESTINATION_OBJECT_LOCKED} if the destination
     *     keeps it for now
     */
    void delete(String key);

    /**
     * Removes what uploads have left behind that ended without commit or close: temporary files, unfinished multipart uploads.
     * Never touches an upload of this process, nor one that was written to at or after the given time (D7).
     *
     * @param idleSince spare every upload that was written to at or after this time, by the destination's own clock
     * @return how many were removed
     */
    int discardAbandoned(Instant idleSince);

    /**
     * Probes the destination: writes, writes again, reads, lists and deletes under keys that nobody else uses.
     *
     * @return what an operator should know; empty when all is well. A destination that does not work is an
     *     {@link Finding.Severity#ERROR}, not an exception
     */
    List<Finding> check();

    /**
     * Releases everything. Uploads and reads in progress fail soon. Closing twice does nothing more; any other call after it
     * throws {@link IllegalStateException} (D14).
     */
    @Override
    void close();
}
