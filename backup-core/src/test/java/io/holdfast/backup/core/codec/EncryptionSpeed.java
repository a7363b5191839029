package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A program, not a test: how fast the encryption stage is, alone, in memory, on one thread, beside the JDK's cipher fed with
 * updates of 16 KiB. Argument: {@code encrypt}, {@code decrypt}, {@code raw-encrypt} or {@code raw-decrypt}. Prints GB/s
 * (10^9 bytes) for the first round of a fresh JVM and the median of the following ones.
 */
final class EncryptionSpeed {
    private static final int ROUNDS = 7;
    private static final int PIECE = 1 << 18;
    private static final int OBJECT = 1 << 26;
    private static final int OBJECTS = 16;
    private static final int UPDATE = 1 << 14;
    private static final ObjectHeader HEADER = new ObjectHeader(
            ObjectRole.PAYLOAD, "01KK4M2C8QZ5T4R3W2V1Y0X9AB", new BackupId("01KK4M2C8QZ5T4R3W2V1Y0X9AC"), "speed");

    private final KeyMaterial key = KeyMaterial.random();
    private final byte[] piece = new byte[PIECE];
    private long nonces;

    private EncryptionSpeed() {}

    /** Works on one object; returns nothing, so that the time is all there is. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        EncryptionSpeed speed = new EncryptionSpeed();
        Work work = switch (args[0]) {
            case "encrypt" -> speed::encrypt;
            case "decrypt" -> speed.decrypting();
            case "raw-encrypt" -> () -> speed.raw(Cipher.ENCRYPT_MODE, speed.piece);
            case "raw-decrypt" -> speed.rawDecrypting();
            default -> throw new IllegalArgumentException(args[0]);
        };
        double[] wall = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < OBJECTS; i++) {
                work.run();
            }
            wall[round] = (double) OBJECT * OBJECTS / (System.nanoTime() - begin);
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s java %-3s GB/s: fresh %5.2f, warm %5.2f%n",
                args[0],
                System.getProperty("java.specification.version"),
                wall[0],
                medianAfterTheFirst(wall));
    }

    private static double medianAfterTheFirst(double[] rates) {
        double[] warm = Arrays.copyOfRange(rates, 1, rates.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }

    private void encrypt() throws IOException {
        try (OutputStream out = new EncryptionStage(key, HEADER).encode(OutputStream.nullOutputStream())) {
            for (int at = 0; at < OBJECT; at += PIECE) {
                out.write(piece);
            }
        }
    }

    /** Sealing the object warms nothing that opening uses, but the table of the key. */
    private Work decrypting() throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream(OBJECT + (1 << 20));
        try (OutputStream out = new EncryptionStage(key, HEADER).encode(sealed)) {
            for (int at = 0; at < OBJECT; at += PIECE) {
                out.write(piece);
            }
        }
        byte[] stored = sealed.toByteArray();
        return () -> {
            try (InputStream in = new EncryptionStage(key, HEADER).decode(new ByteArrayInputStream(stored))) {
                while (in.read(piece) >= 0) {
                    // Only the time counts.
                }
            }
        };
    }

    /** Messages as large as our frames, one reused cipher, updates of 16 KiB. */
    private void raw(int mode, byte[] message) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] out = new byte[FrameCipher.FRAME_BYTES + 2 * FrameCipher.TAG_BYTES];
        for (int at = 0; at < OBJECT; at += FrameCipher.FRAME_BYTES) {
            cipher.init(mode, key, new GCMParameterSpec(128, nonce(mode)));
            int filled = 0;
            int length = FrameCipher.FRAME_BYTES + (mode == Cipher.DECRYPT_MODE ? FrameCipher.TAG_BYTES : 0);
            for (int from = 0; from < length; from += UPDATE) {
                filled += cipher.update(message, from, Math.min(UPDATE, length - from), out, filled);
            }
            cipher.doFinal(out, filled);
        }
    }

    private Work rawDecrypting() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce(Cipher.DECRYPT_MODE)));
        byte[] message = cipher.doFinal(piece, 0, FrameCipher.FRAME_BYTES);
        return () -> raw(Cipher.DECRYPT_MODE, message);
    }

    /** Never twice for sealing, which the JDK would refuse; always the same for opening the same message. */
    private byte[] nonce(int mode) {
        return ByteBuffer.allocate(12)
                .putLong(4, mode == Cipher.DECRYPT_MODE ? Long.MAX_VALUE : nonces++)
                .array();
    }
}
