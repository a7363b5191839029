package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM over a few bytes at once. */
final class AesGcm {
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private AesGcm() {}

    static byte[] seal(Key key, byte[] nonce, byte[] associated, byte[] plain) {
        try {
            return run(Cipher.ENCRYPT_MODE, key, nonce, associated, plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to seal " + plain.length + " bytes", e);
        }
    }

    static byte[] open(Key key, byte[] nonce, byte[] associated, byte[] sealed) {
        try {
            return run(Cipher.DECRYPT_MODE, key, nonce, associated, sealed);
        } catch (AEADBadTagException e) {
            throw new BackupException(
                    ErrorCode.DECRYPTION_FAILED,
                    "The wrapped key cannot be unwrapped: it was wrapped with another key, for something else, or its bytes"
                            + " have changed",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to open " + sealed.length + " bytes", e);
        }
    }

    private static byte[] run(int mode, Key key, byte[] nonce, byte[] associated, byte[] in)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(in);
    }
}
