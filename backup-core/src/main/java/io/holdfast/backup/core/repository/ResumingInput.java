package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Recovery;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored bytes of an object. A download that breaks goes on at the byte where it broke, until no new byte has come for
 * {@link #PATIENCE}. Used by one thread; closed by any.
 *
 * <p>A driver may pin one version of an object for as long as a stream is open, but nothing does from one stream to the next.
 * If somebody put another object in its place meanwhile, the bytes of both are handed on; so whoever reads this compares the
 * digest over all of them with the manifest's, as everything does that reads the objects of a backup.
 */
final class ResumingInput extends InputStream {
    /** How long to go on without a new byte. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(ResumingInput.class);

    private final Destination destination;
    private final String key;
    private final long size;
    private final DownloadWatch watch;
    private final Waiting waiting;
    private final CountDownLatch waitsEnded = new CountDownLatch(1);

    /** Of the reading thread alone. */
    private long position;

    private int failures;
    private long firstFailure;
    private @Nullable Exception end;

    /** Guarded by this, as is closed; null while the download is broken. */
    private @Nullable InputStream source;

    private boolean closed;

    /**
     * Opens the object. A failure to do so is not retried.
     *
     * @param size how many bytes it must have; if there are more, they are handed on, too
     */
    ResumingInput(Destination destination, String key, long size, DownloadWatch watch, Waiting waiting) {
        this.destination = destination;
        this.key = key;
        this.size = size;
        this.watch = watch;
        this.waiting = waiting;
        this.source = destination.open(key, 0);
        watch.cancellation().onCancel(waitsEnded::countDown);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (end != null) {
            throw new IOException("An earlier read of \"" + key + "\" failed", end);
        }
        if (length == 0) {
            return 0;
        }
        try {
            while (true) {
                try {
                    return readOnce(bytes, offset, length);
                } catch (IOException | RuntimeException e) {
                    breakOff(e);
                }
            }
        } catch (IOException | RuntimeException e) {
            end = e;
            throw e;
        }
    }

    private int readOnce(byte[] bytes, int offset, int length) throws IOException {
        int count = opened().read(bytes, offset, length);
        if (count < 0 && endsTooEarly()) {
            throw new DestinationException(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    key,
                    "Expected " + size + " bytes of \"" + key + "\", found the stream to end after " + position
                            + " although the object is longer",
                    null);
        }
        if (count > 0) {
            position += count;
            failures = 0;
        }
        return count;
    }

    /** An object that really is too short is for the digest to refuse: to read it again would change nothing. */
    private boolean endsTooEarly() {
        return position < size
                && destination.stat(key).filter(info -> info.size() <= position).isEmpty();
    }

    private InputStream opened() throws IOException {
        synchronized (this) {
            requireOpen();
            if (source != null) {
                return source;
            }
        }
        InputStream resumed = reopened();
        boolean tooLate;
        synchronized (this) {
            tooLate = closed;
            source = tooLate ? null : resumed;
        }
        if (tooLate) {
            resumed.close();
            requireOpen();
        }
        LOG.info("event=download_resumed key={} at={} of={} attempt={}", key, position, size, failures);
        watch.resumed().run();
        return resumed;
    }

    private InputStream reopened() {
        try {
            return destination.open(key, position);
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "Expected " + size + " bytes of \"" + key
                            + "\", found another object in its place that has less than " + position,
                    e);
        }
    }

    /** Returns when the download may be tried again. */
    private void breakOff(Exception failure) throws IOException {
        requireOpen();
        closeBroken();
        if (!isPassing(failure)) {
            throw rethrown(failure);
        }
        if (failures == 0) {
            firstFailure = waiting.nanos();
        }
        failures++;
        Duration pause = pause();
        Duration waited = Duration.ofNanos(waiting.nanos() - firstFailure);
        if (waited.plus(pause).compareTo(PATIENCE) > 0) {
            throw new DestinationException(
                    ErrorCode.classify(failure),
                    key,
                    "Expected byte " + position + " of " + size + " of \"" + key + "\", found none in " + failures
                            + " attempts within " + waited.toSeconds() + " s; at last: " + failure.getMessage(),
                    failure);
        }
        LOG.warn(
                "event=download_broken key={} at={} of={} attempt={} again_in_ms={} reason=\"{}\"",
                key,
                position,
                size,
                failures,
                pause.toMillis(),
                failure.toString());
        await(pause);
    }

    private Duration pause() {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void await(Duration pause) throws IOException {
        try {
            waiting.await(waitsEnded, pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupAbortedException("Interrupted while waiting to go on with \"" + key + "\"", e);
        }
        watch.cancellation().check();
        requireOpen();
    }

    /** A run that was ended, and a thread that was interrupted, want no other attempt. */
    private boolean isPassing(Exception failure) {
        ErrorCode code = ErrorCode.classify(failure);
        boolean interrupted = Thread.currentThread().isInterrupted()
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException));
        return code.recovery() == Recovery.RETRY && code != ErrorCode.BACKUP_ABORTED && !interrupted;
    }

    private static RuntimeException rethrown(Exception failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        throw (RuntimeException) failure;
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of \"" + key + "\" is closed");
        }
    }

    private synchronized @Nullable InputStream takeSource() {
        InputStream taken = source;
        source = null;
        return taken;
    }

    /** What a broken stream says when it is closed changes nothing. */
    private void closeBroken() {
        try {
            close(takeSource());
        } catch (IOException | RuntimeException e) {
            LOG.debug("event=broken_download_not_closed key={} reason=\"{}\"", key, e.toString());
        }
    }

    private static void close(@Nullable InputStream stream) throws IOException {
        if (stream != null) {
            stream.close();
        }
    }

    /** Ends a read in progress, and a wait at once. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
        }
        waitsEnded.countDown();
        close(takeSource());
    }
}
