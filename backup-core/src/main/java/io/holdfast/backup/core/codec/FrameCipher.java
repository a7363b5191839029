package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.key.Hkdf;
import io.holdfast.backup.core.key.KeyMaterial;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over numbered frames, of which the last is marked: the STREAM construction. Works on heap arrays of at most one
 * frame and reuses its cipher, which is what runs fast on the JVM from the start. Used by one thread.
 */
final class FrameCipher implements AutoCloseable {
    /** The plain bytes of every frame but the last. */
    static final int FRAME_BYTES = 1 << 16;

    static final int TAG_BYTES = 16;

    /** The most frames of an object, for writers and readers alike: 256 TiB, far within what one key may seal. */
    static final long MAX_FRAMES = 1L << 32;

    // The JVM compiles what is called often: with four calls a frame, a fresh one is fast sooner. Opening gains nothing
    // by it, since the cipher hands nothing out before it has seen the tag.
    private static final int PIECE_BYTES = 1 << 14;

    // An object of more frames than this is worth many short messages before the others: until the cipher's loops are
    // compiled,
    // they run at a hundredth of their speed, and they are compiled when they were called often, not when they took
    // long.
    private static final int WARM_UP_AT = 64;
    private static final int WARM_UP_MESSAGES = 6_000;
    private static final int WARM_UP_BYTES = 1 << 10;

    private static final int NONCE_BYTES = 12;
    private static final int COUNTER_AT = 3;

    private final int mode;
    private final Cipher cipher;
    private final KeyMaterial key;
    private final byte[] header;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
    private long frames;

    private FrameCipher(int mode, KeyMaterial objectKey, byte[] header) {
        this.mode = mode;
        this.key = objectKey;
        this.header = header;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES/GCM/NoPadding", e);
        }
    }

    /**
     * Returns a cipher that seals frames.
     *
     * @param key the data key, or the repository key
     * @param role what the object is
     * @param salt makes the object's key its own
     * @param header the stored header
     */
    static FrameCipher sealing(KeyMaterial key, ObjectRole role, byte[] salt, byte[] header) {
        return new FrameCipher(Cipher.ENCRYPT_MODE, Hkdf.derive(key, salt, role.keyInfo()), header);
    }

    /** Returns a cipher that opens frames. */
    static FrameCipher opening(KeyMaterial key, ObjectRole role, byte[] salt, byte[] header) {
        return new FrameCipher(Cipher.DECRYPT_MODE, Hkdf.derive(key, salt, role.keyInfo()), header);
    }

    /** How many frames went through. */
    long frames() {
        return frames;
    }

    /**
     * Seals or opens the next frame.
     *
     * @param last whether it is the object's last
     * @return how many bytes are in {@code out}
     * @throws AEADBadTagException if it cannot be opened; {@code out} holds nothing of it
     */
    int next(byte[] in, int offset, int length, byte[] out, boolean last) throws AEADBadTagException {
        if (frames == WARM_UP_AT) {
            warmUp();
        }
        nonce.putLong(COUNTER_AT, frames);
        nonce.put(NONCE_BYTES - 1, (byte) (last ? 1 : 0));
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce.array()));
            cipher.updateAAD(header);
            int at = 0;
            int written = 0;
            while (mode == Cipher.ENCRYPT_MODE && length - at > PIECE_BYTES) {
                written += cipher.update(in, offset + at, PIECE_BYTES, out, written);
                at += PIECE_BYTES;
            }
            written += cipher.doFinal(in, offset + at, length - at, out, written);
            frames++;
            return written;
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused a frame of " + length + " bytes", e);
        }
    }

    /** Works on zeros with a key of zeros, for a few milliseconds once the JVM is warm. */
    private void warmUp() {
        SecretKeySpec zeros = new SecretKeySpec(new byte[KeyMaterial.LENGTH], "AES");
        ByteBuffer counter = ByteBuffer.allocate(NONCE_BYTES);
        byte[] sealed = new byte[WARM_UP_BYTES + TAG_BYTES];
        byte[] plain = new byte[WARM_UP_BYTES];
        try {
            cipher.init(Cipher.ENCRYPT_MODE, zeros, new GCMParameterSpec(8 * TAG_BYTES, counter.array()));
            cipher.doFinal(plain, 0, plain.length, sealed, 0);
            for (int i = 1; i <= WARM_UP_MESSAGES; i++) {
                if (mode == Cipher.ENCRYPT_MODE) {
                    counter.putInt(0, i);
                    cipher.init(mode, zeros, new GCMParameterSpec(8 * TAG_BYTES, counter.array()));
                    cipher.doFinal(plain, 0, plain.length, sealed, 0);
                } else {
                    cipher.init(mode, zeros, new GCMParameterSpec(8 * TAG_BYTES, counter.array()));
                    cipher.doFinal(sealed, 0, sealed.length, plain, 0);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused a message of zeros", e);
        }
    }

    @Override
    public void close() {
        key.close();
    }
}
