package io.holdfast.backup.destination.s3;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** Segments to use again, of one upload or read. Thread-safe. */
final class SegmentPool {
    private final Deque<byte[]> free = new ArrayDeque<>();

    synchronized byte[] take() {
        byte[] segment = free.poll();
        return segment == null ? new byte[Segments.SEGMENT_SIZE] : segment;
    }

    synchronized void giveBack(Collection<byte[]> segments) {
        free.addAll(segments);
    }

    /** Lets go of what nobody uses. */
    synchronized void clear() {
        free.clear();
    }
}
