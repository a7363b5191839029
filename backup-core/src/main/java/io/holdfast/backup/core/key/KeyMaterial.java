package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * 32 secret bytes, zeroed by {@link #close}. Never shown, logged or serialized. Used by one thread at a time.
 *
 * <p>What the JDK's ciphers copy of a key for their own use is out of reach and is left to the garbage collector.
 */
public final class KeyMaterial implements SecretKey, AutoCloseable {
    /** The length of every key, in bytes. */
    public static final int LENGTH = 32;

    private static final long serialVersionUID = 1L;

    private final transient byte[] bytes;
    private final String algorithm;
    private transient boolean closed;

    private KeyMaterial(byte[] bytes, String algorithm) {
        this.bytes = bytes;
        this.algorithm = algorithm;
    }

    /**
     * Takes a key.
     *
     * @param bytes the key, of which a copy is kept; the caller zeroes its own
     * @return the key
     * @throws BackupException with {@link ErrorCode#ENCRYPTION_KEY_INVALID} if it does not have 32 bytes
     */
    public static KeyMaterial of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID, "Expected a key of 32 bytes, found " + bytes.length);
        }
        return new KeyMaterial(bytes.clone(), "AES");
    }

    /** Returns a new random key, which the caller closes. */
    public static KeyMaterial random() {
        byte[] bytes = new byte[LENGTH];
        new SecureRandom().nextBytes(bytes);
        return new KeyMaterial(bytes, "AES");
    }

    /** Returns another copy of this key, which the caller closes. */
    public KeyMaterial copy() {
        return new KeyMaterial(getEncoded(), algorithm);
    }

    /** Takes a copy of an HMAC's key, which may have any length. */
    static KeyMaterial forHmac(byte[] bytes) {
        return new KeyMaterial(bytes.clone(), "HmacSHA256");
    }

    KeyMaterial forHmac() {
        return new KeyMaterial(getEncoded(), "HmacSHA256");
    }

    /** Returns a copy of the bytes, which the caller zeroes. */
    @Override
    public byte[] getEncoded() {
        if (closed) {
            throw new IllegalStateException("Expected a key in use, found one that was closed");
        }
        return bytes.clone();
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public boolean isDestroyed() {
        return closed;
    }

    @Override
    public void destroy() {
        close();
    }

    /** Zeroes the bytes. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /** Tells whether these are the same keys, in a time that does not depend on where they differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof KeyMaterial key && MessageDigest.isEqual(bytes, key.bytes);
    }

    /** Returns the same for all keys: a hash would tell something of the bytes. */
    @Override
    public int hashCode() {
        return LENGTH;
    }

    /** Returns what this is, and nothing of the bytes. */
    @Override
    public String toString() {
        return closed ? "a key that was zeroed" : "a key of 32 bytes";
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(KeyMaterial.class.getName());
    }
}
