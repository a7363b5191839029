package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.destination.ObjectInfo;
import java.time.Instant;
import java.util.List;

/** A committed object. Its parts are all of the same size but the last, and nobody changes their bytes. */
record StoredObject(List<byte[]> parts, int partSize, long size, Instant lastModified) {
    static StoredObject of(byte[] bytes, Instant lastModified) {
        return new StoredObject(List.of(bytes.clone()), Math.max(1, bytes.length), bytes.length, lastModified);
    }

    ObjectInfo info(String key) {
        return new ObjectInfo(key, size, lastModified);
    }

    /** Copies what lies at the position, up to a part's end, and returns how many bytes that was. */
    int copy(long position, byte[] target, int offset, int length) {
        byte[] part = parts.get(Math.toIntExact(position / partSize));
        int from = Math.toIntExact(position % partSize);
        int count = Math.min(length, part.length - from);
        System.arraycopy(part, from, target, offset, count);
        return count;
    }

    byte[] bytes() {
        byte[] all = new byte[Math.toIntExact(size)];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
