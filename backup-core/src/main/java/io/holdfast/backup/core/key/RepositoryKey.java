package io.holdfast.backup.core.key;

import io.holdfast.backup.core.manifest.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;

/**
 * The key of an encrypted repository: authenticates its control objects and encrypts its payload ids. Safe for use by several
 * threads; {@link #close} zeroes it.
 */
public final class RepositoryKey implements AutoCloseable {
    private static final byte[] NO_SALT = {};
    private static final int ID_BYTES = 16;

    private final KeyMaterial material;
    private final KeyMaterial sealKey;
    private final KeyMaterial digestKey;
    private final String id;

    /**
     * Takes a repository key.
     *
     * @param material its bytes, of which a copy is kept
     */
    public RepositoryKey(KeyMaterial material) {
        this.material = material.copy();
        try (KeyMaterial sealing = Hkdf.derive(material, NO_SALT, "holdfast v1 seal");
                KeyMaterial digesting = Hkdf.derive(material, NO_SALT, "holdfast v1 payload ids digest");
                KeyMaterial naming = Hkdf.derive(material, NO_SALT, "holdfast v1 repository key id")) {
            this.sealKey = sealing.forHmac();
            this.digestKey = digesting.forHmac();
            this.id = HexFormat.of().formatHex(Arrays.copyOf(naming.getEncoded(), ID_BYTES));
        }
    }

    /**
     * Returns the id of this key, 32 hexadecimal digits. It is no secret and tells nothing of the key; who knows it recognises
     * the key.
     */
    public String id() {
        return id;
    }

    /** Returns the key itself: for payload ids, and to be wrapped. The caller does not close it. */
    public KeyMaterial material() {
        return material;
    }

    /** Returns the seal of control objects: an HMAC-SHA-256. It can be used until this key is closed. */
    public Seal seal() {
        return new Seal() {
            @Override
            public String fieldName() {
                return MAC;
            }

            @Override
            public byte[] compute(byte[] bytes) {
                return Hkdf.newHmac(sealKey).doFinal(bytes);
            }
        };
    }

    /** Returns the HMAC-SHA-256 for the digest of payload ids, which tells whether two sets are equal to nobody else. */
    public Mac payloadIdsMac() {
        return Hkdf.newHmac(digestKey);
    }

    /**
     * Returns what is bound to the repository key when it is wrapped.
     *
     * @param repositoryId the repository
     * @return the context
     */
    public static byte[] context(String repositoryId) {
        return ("holdfast v1 repository key\n" + repositoryId).getBytes(StandardCharsets.US_ASCII);
    }

    /** Zeroes this key. */
    @Override
    public void close() {
        material.close();
        sealKey.close();
        digestKey.close();
    }

    /** Returns the id. */
    @Override
    public String toString() {
        return "repository key " + id;
    }
}
