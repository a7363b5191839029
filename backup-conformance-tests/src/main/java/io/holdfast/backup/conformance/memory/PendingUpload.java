package io.holdfast.backup.conformance.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the server holds of an upload that was neither committed nor closed. Thread-safe. */
final class PendingUpload {
    private final String key;
    private final MemoryDestination owner;
    private final List<byte[]> parts = new ArrayList<>();
    private long size;
    private Instant lastWrite;

    PendingUpload(String key, MemoryDestination owner, Instant begun) {
        this.key = key;
        this.owner = owner;
        this.lastWrite = begun;
    }

    String key() {
        return key;
    }

    boolean isOf(MemoryDestination destination) {
        return owner == destination;
    }

    /** Takes a copy of the bytes. A part that repeats the one before costs nothing, so big test objects can be cheap. */
    synchronized void add(byte[] buffer, int length, Instant now) {
        byte[] last = parts.isEmpty() ? new byte[0] : parts.get(parts.size() - 1);
        boolean repeats = Arrays.equals(last, 0, last.length, buffer, 0, length);
        parts.add(repeats ? last : Arrays.copyOf(buffer, length));
        size += length;
        lastWrite = now;
    }

    synchronized void touch(Instant now) {
        lastWrite = now;
    }

    synchronized boolean idleSince(Instant time) {
        return lastWrite.isBefore(time);
    }

    synchronized StoredObject seal(int partSize, Instant now) {
        return new StoredObject(List.copyOf(parts), partSize, size, now);
    }
}
