package io.holdfast.backup.core.key;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HKDF with SHA-256 (RFC 5869). Safe for use by several threads. */
public final class Hkdf {
    private static final int HASH_BYTES = 32;

    private Hkdf() {}

    /**
     * Derives a key.
     *
     * @param key what it is derived from
     * @param salt not secret; may be empty
     * @param info what the key is for, in ASCII
     * @return the key, which the caller closes
     */
    public static KeyMaterial derive(KeyMaterial key, byte[] salt, String info) {
        byte[] input = key.getEncoded();
        byte[] prk = extract(salt, input);
        byte[] derived = expand(prk, info.getBytes(StandardCharsets.US_ASCII), KeyMaterial.LENGTH);
        try {
            return KeyMaterial.of(derived);
        } finally {
            Arrays.fill(input, (byte) 0);
            Arrays.fill(prk, (byte) 0);
            Arrays.fill(derived, (byte) 0);
        }
    }

    static byte[] extract(byte[] salt, byte[] input) {
        // An HMAC key is padded with zeros, so this is the default salt; the JDK takes no empty key.
        return hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt, input);
    }

    static byte[] expand(byte[] prk, byte[] info, int length) {
        byte[] result = new byte[length];
        byte[] block = {};
        for (int at = 0, counter = 1; at < length; at += HASH_BYTES, counter++) {
            byte[] input = Arrays.copyOf(block, block.length + info.length + 1);
            System.arraycopy(info, 0, input, block.length, info.length);
            input[input.length - 1] = (byte) counter;
            Arrays.fill(block, (byte) 0);
            block = hmac(prk, input);
            Arrays.fill(input, (byte) 0);
            System.arraycopy(block, 0, result, at, Math.min(HASH_BYTES, length - at));
        }
        Arrays.fill(block, (byte) 0);
        return result;
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        try (KeyMaterial hmacKey = KeyMaterial.forHmac(key)) {
            return newHmac(hmacKey).doFinal(input);
        }
    }

    static Mac newHmac(SecretKey key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
