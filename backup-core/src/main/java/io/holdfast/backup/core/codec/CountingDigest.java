package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.manifest.StoredObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Counts bytes and computes their SHA-256. Used by one thread. */
public final class CountingDigest {
    private final MessageDigest digest;
    private long count;

    /** Creates a digest of no bytes. */
    public CountingDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Takes bytes.
     *
     * @param bytes where they are
     * @param offset where they begin
     * @param length how many there are
     */
    public void update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        count += length;
    }

    /** Returns how many bytes were taken so far. */
    public long count() {
        return count;
    }

    /** Returns the digest and the count of all bytes taken, and begins anew. */
    public StoredObject finish() {
        StoredObject result = new StoredObject(HexFormat.of().formatHex(digest.digest()), count);
        count = 0;
        return result;
    }
}
