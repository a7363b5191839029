package io.holdfast.backup.core.manifest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What guards the bytes of a control object: a field at its end that holds a value computed over all other bytes.
 * Implementations are safe for use by several threads.
 */
public interface Seal {
    /** The field of a seal that anybody can compute. */
    String CHECKSUM = "checksum";

    /** The field of a seal that only the holder of the repository key can compute. */
    String MAC = "mac";

    /** Returns the name of the field that holds the value: {@link #CHECKSUM} or {@link #MAC}. */
    String fieldName();

    /**
     * Computes the value.
     *
     * @param bytes the whole object, with the digits of the value set to zero
     * @return 32 bytes
     */
    byte[] compute(byte[] bytes);

    /** Returns the seal of repositories that are not encrypted: a SHA-256, which finds damage but no forgery. */
    static Seal checksum() {
        return new Seal() {
            @Override
            public String fieldName() {
                return CHECKSUM;
            }

            @Override
            public byte[] compute(byte[] bytes) {
                return sha256(bytes);
            }
        };
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
