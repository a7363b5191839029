package io.holdfast.backup.core.codec;

import java.util.HexFormat;
import javax.crypto.Mac;

/** A digest over the plain lines of payload ids: keyed where the archive is encrypted. Used by one thread, once. */
public interface LineDigest {
    /**
     * Takes bytes.
     *
     * @param bytes where they are
     * @param offset where they begin
     * @param length how many there are
     */
    void update(byte[] bytes, int offset, int length);

    /** Returns the digest of all bytes taken: 64 hexadecimal digits in lower case. */
    String finish();

    /** Returns a SHA-256. */
    static LineDigest sha256() {
        CountingDigest digest = new CountingDigest();
        return new LineDigest() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }

            @Override
            public String finish() {
                return digest.finish().sha256();
            }
        };
    }

    /**
     * Returns a digest that only the holder of a key can compute.
     *
     * @param mac an HMAC-SHA-256, ready for use
     * @return the digest
     */
    static LineDigest keyed(Mac mac) {
        return new LineDigest() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                mac.update(bytes, offset, length);
            }

            @Override
            public String finish() {
                return HexFormat.of().formatHex(mac.doFinal());
            }
        };
    }
}
