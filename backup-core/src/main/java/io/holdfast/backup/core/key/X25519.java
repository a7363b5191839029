package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748) on raw keys of 32 bytes. */
public final class X25519 {
    /** The scheme of references to public keys. */
    public static final String SCHEME = "x25519";

    static final int KEY_BYTES = 32;

    private static final Pattern REFERENCE = Pattern.compile(SCHEME + ":[0-9a-f]{64}");
    private static final byte[] BASE_POINT = Arrays.copyOf(new byte[] {9}, KEY_BYTES);

    private X25519() {}

    /**
     * Returns the reference to the public key that belongs to a private key: {@code x25519:} and 64 hexadecimal digits.
     *
     * @param privateKey the private key; any 32 random bytes are one
     * @return the reference of its recipient
     */
    public static String recipient(KeyMaterial privateKey) {
        return SCHEME + ":" + HexFormat.of().formatHex(publicKey(privateKey));
    }

    static byte[] publicKey(KeyMaterial privateKey) {
        return agree(privateKey, BASE_POINT);
    }

    static byte[] publicKeyOf(String reference) {
        if (!REFERENCE.matcher(reference).matches()) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID,
                    "Expected a public key as x25519: and 64 hexadecimal digits in lower case, found another form");
        }
        return HexFormat.of().parseHex(reference.substring(SCHEME.length() + 1));
    }

    /** The secret that the two keys share; the caller zeroes it. */
    static byte[] agree(KeyMaterial privateKey, byte[] publicKey) {
        byte[] scalar = privateKey.getEncoded();
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, littleEndian(publicKey))),
                    true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID, "Expected an X25519 public key, found a point of small order", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform since 11 has X25519", e);
        } finally {
            Arrays.fill(scalar, (byte) 0);
        }
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[bytes.length - 1 - i] = bytes[i];
        }
        // RFC 7748 ignores the highest bit.
        reversed[0] &= 0x7f;
        return new BigInteger(1, reversed);
    }
}
