package io.holdfast.backup.core.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Hybrid public key encryption (RFC 9180), single shot in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * AES-256-GCM, without associated data. The ephemeral and the recipient's public key are both bound into the key.
 */
final class Hpke {
    private static final byte[] VERSION = ascii("HPKE-v1");
    private static final byte[] KEM_SUITE = join(ascii("KEM"), twoBytes(0x0020));
    private static final byte[] SUITE = join(ascii("HPKE"), twoBytes(0x0020), twoBytes(0x0001), twoBytes(0x0002));
    private static final byte[] NOTHING = {};
    private static final byte[] BASE_MODE = {0};

    private Hpke() {}

    static WrappedForm seal(byte[] recipient, byte[] info, byte[] plain) {
        try (KeyMaterial ephemeral = KeyMaterial.random()) {
            return seal(ephemeral, recipient, info, plain);
        }
    }

    static WrappedForm seal(KeyMaterial ephemeral, byte[] recipient, byte[] info, byte[] plain) {
        byte[] encapsulated = X25519.publicKey(ephemeral);
        byte[] secret = sharedSecret(X25519.agree(ephemeral, recipient), encapsulated, recipient);
        try (Schedule schedule = Schedule.of(secret, info)) {
            return new WrappedForm(encapsulated, AesGcm.seal(schedule.key, schedule.nonce, NOTHING, plain));
        }
    }

    static byte[] open(KeyMaterial privateKey, WrappedForm wrapped, byte[] info) {
        byte[] secret = sharedSecret(
                X25519.agree(privateKey, wrapped.unique()), wrapped.unique(), X25519.publicKey(privateKey));
        try (Schedule schedule = Schedule.of(secret, info)) {
            return AesGcm.open(schedule.key, schedule.nonce, NOTHING, wrapped.sealed());
        }
    }

    private static byte[] sharedSecret(byte[] agreed, byte[] encapsulated, byte[] recipient) {
        byte[] prk = extract(KEM_SUITE, NOTHING, "eae_prk", agreed);
        try {
            return expand(KEM_SUITE, prk, "shared_secret", join(encapsulated, recipient), 32);
        } finally {
            Arrays.fill(agreed, (byte) 0);
            Arrays.fill(prk, (byte) 0);
        }
    }

    private static final class Schedule implements AutoCloseable {
        private final KeyMaterial key;
        private final byte[] nonce;

        private Schedule(KeyMaterial key, byte[] nonce) {
            this.key = key;
            this.nonce = nonce;
        }

        static Schedule of(byte[] sharedSecret, byte[] info) {
            byte[] context = join(
                    BASE_MODE,
                    extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
                    extract(SUITE, NOTHING, "info_hash", info));
            byte[] secret = extract(SUITE, sharedSecret, "secret", NOTHING);
            byte[] key = expand(SUITE, secret, "key", context, KeyMaterial.LENGTH);
            try {
                return new Schedule(
                        KeyMaterial.of(key), expand(SUITE, secret, "base_nonce", context, AesGcm.NONCE_BYTES));
            } finally {
                Arrays.fill(sharedSecret, (byte) 0);
                Arrays.fill(secret, (byte) 0);
                Arrays.fill(key, (byte) 0);
            }
        }

        @Override
        public void close() {
            key.close();
        }
    }

    private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] input) {
        byte[] labeled = join(VERSION, suite, ascii(label), input);
        try {
            return Hkdf.extract(salt, labeled);
        } finally {
            Arrays.fill(labeled, (byte) 0);
        }
    }

    private static byte[] expand(byte[] suite, byte[] prk, String label, byte[] info, int length) {
        return Hkdf.expand(prk, join(twoBytes(length), VERSION, suite, ascii(label), info), length);
    }

    private static byte[] twoBytes(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
