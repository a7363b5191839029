package io.holdfast.backup.destination.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Bytes in small pooled arrays: large arrays would each need a free row of regions in the heap. One thread fills it; then
 * any number may read.
 */
final class Segments {
    static final int SEGMENT_SIZE = 64 * 1024;

    private final SegmentPool pool;
    private final List<byte[]> segments = new ArrayList<>();
    private long size;

    Segments(SegmentPool pool) {
        this.pool = pool;
    }

    long size() {
        return size;
    }

    void append(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            byte[] target = segmentToFill();
            int at = (int) (size % SEGMENT_SIZE);
            int count = Math.min(left, SEGMENT_SIZE - at);
            System.arraycopy(bytes, from, target, at, count);
            size += count;
            from += count;
            left -= count;
        }
    }

    /** Appends up to so many bytes with one read; returns what the read returned. */
    int appendFrom(InputStream in, long limit) throws IOException {
        byte[] target = segmentToFill();
        int at = (int) (size % SEGMENT_SIZE);
        int count = in.read(target, at, (int) Math.min(limit, SEGMENT_SIZE - at));
        size += Math.max(0, count);
        return count;
    }

    private byte[] segmentToFill() {
        if (size == (long) segments.size() * SEGMENT_SIZE) {
            segments.add(pool.take());
        }
        return segments.get(segments.size() - 1);
    }

    /** Copies up to so many bytes from a position below the size; returns how many. */
    int copy(long position, byte[] target, int offset, int length) {
        int at = (int) (position % SEGMENT_SIZE);
        int count = (int) Math.min(Math.min(length, SEGMENT_SIZE - at), size - position);
        System.arraycopy(segments.get((int) (position / SEGMENT_SIZE)), at, target, offset, count);
        return count;
    }

    /** Returns a stream of all bytes, without a copy of them. */
    InputStream stream() {
        return new View();
    }

    /** Gives the segments back. Nothing may use them any more. */
    void release() {
        pool.giveBack(segments);
        segments.clear();
        size = 0;
    }

    private final class View extends InputStream {
        private long position;
        private long mark;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (position >= size) {
                return -1;
            }
            int count = copy(position, bytes, offset, length);
            position += count;
            return count;
        }

        @Override
        public long skip(long count) {
            long skipped = Math.max(0, Math.min(count, size - position));
            position += skipped;
            return skipped;
        }

        @Override
        public int available() {
            return (int) Math.min(size - position, Integer.MAX_VALUE);
        }

        @Override
        public boolean markSupported() {
            return true;
        }

        @Override
        public synchronized void mark(int limit) {
            mark = position;
        }

        @Override
        public synchronized void reset() {
            position = mark;
        }
    }
}
