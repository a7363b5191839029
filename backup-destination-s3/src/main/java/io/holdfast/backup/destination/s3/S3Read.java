package io.holdfast.backup.destination.s3;

import io.holdfast.backup.BackupException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one version of an object. Ranges are fetched ahead of the reader: one at first, and one more with each that
 * was read, up to the plan's number. Used by one thread; closed by any.
 */
final class S3Read extends InputStream implements OpenHandles.Handle {
    private final S3Reads reads;
    private final SegmentPool pool;
    private final String key;
    private final Version version;

    /** Of the reading thread alone. */
    private Segments range;

    private long position;
    private long inRange;
    private int rangesRead;
    private @Nullable BackupException failure;

    /** All below is guarded by this. */
    private final Deque<Call<RangeFetch.Range>> ahead = new ArrayDeque<>();

    private long fetchedTo;
    private boolean closed;

    /** Begins with what was fetched already. */
    S3Read(S3Reads reads, SegmentPool pool, String key, long offset, RangeFetch.Range begin) {
        this.reads = reads;
        this.pool = pool;
        this.key = key;
        this.version = begin.version();
        this.range = begin.bytes();
        this.position = offset;
        this.fetchedTo = offset + range.size();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        S3Errors.requireNotInterrupted("read", key);
        if (failure != null) {
            throw failure;
        }
        if (length == 0) {
            return 0;
        }
        if (position == version.size()) {
            return -1;
        }
        if (inRange == range.size()) {
            next();
        }
        fetchAhead();
        int count = range.copy(inRange, bytes, offset, length);
        inRange += count;
        position += count;
        return count;
    }

    private void next() throws IOException {
        range.release();
        rangesRead++;
        fetchAhead();
        Call<RangeFetch.Range> call;
        synchronized (this) {
            call = Objects.requireNonNull(ahead.poll());
        }
        try {
            range = reads.calls().await("read", key, call).bytes();
            inRange = 0;
        } catch (RuntimeException e) {
            call.cancel();
            requireOpen();
            failure = reads.errors().failure("read", key, e);
            throw failure;
        }
    }

    private synchronized void fetchAhead() throws IOException {
        int most = Math.min(reads.plan().heldRanges() - 1, rangesRead + 1);
        // The one that is waited for now counts, too.
        boolean waiting = inRange == range.size();
        while (ahead.size() < Math.max(waiting ? 1 : 0, most) && fetchedTo < version.size()) {
            if (closed) {
                throw new IOException("The stream is closed");
            }
            long length = Math.min(reads.plan().rangeSize(), version.size() - fetchedTo);
            ahead.add(reads.calls().start(reads.fetch(pool, key, fetchedTo, length, version)));
            fetchedTo += length;
        }
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of \"" + key + "\" is closed");
        }
    }

    @Override
    public int available() {
        return (int) Math.min(range.size() - inRange, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        beginEnd();
    }

    @Override
    public void beginEnd() {
        List<Call<RangeFetch.Range>> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(ahead);
            ahead.clear();
        }
        left.forEach(Call::cancel);
        pool.clear();
        reads.handles().remove(this);
    }

    @Override
    public void awaitEnd(long deadline) {
        // Nothing is left at the server.
    }
}
