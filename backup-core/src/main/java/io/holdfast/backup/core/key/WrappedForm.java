package io.holdfast.backup.core.key;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.Arrays;

/**
 * The bytes of a wrapped key, as the providers of this package write them: a version, 32 bytes that make the wrapping unique
 * (a salt or an ephemeral public key), and the key sealed with AES-256-GCM.
 */
final class WrappedForm {
    static final int UNIQUE_BYTES = 32;

    private static final byte VERSION = 1;
    private static final int SEALED_BYTES = KeyMaterial.LENGTH + AesGcm.TAG_BYTES;

    private final byte[] unique;
    private final byte[] sealed;

    WrappedForm(byte[] unique, byte[] sealed) {
        this.unique = unique;
        this.sealed = sealed;
    }

    /** The 32 bytes that are different each time. */
    byte[] unique() {
        return unique;
    }

    /** The sealed key. */
    byte[] sealed() {
        return sealed;
    }

    byte[] toBytes() {
        byte[] bytes = new byte[1 + UNIQUE_BYTES + SEALED_BYTES];
        bytes[0] = VERSION;
        System.arraycopy(unique, 0, bytes, 1, UNIQUE_BYTES);
        System.arraycopy(sealed, 0, bytes, 1 + UNIQUE_BYTES, SEALED_BYTES);
        return bytes;
    }

    static WrappedForm of(byte[] bytes) {
        if (bytes.length != 1 + UNIQUE_BYTES + SEALED_BYTES || bytes[0] != VERSION) {
            throw new BackupException(
                    ErrorCode.DECRYPTION_FAILED,
                    "Expected a wrapped key of version 1 and " + (1 + UNIQUE_BYTES + SEALED_BYTES)
                            + " bytes, found another form of " + bytes.length + " bytes");
        }
        return new WrappedForm(
                Arrays.copyOfRange(bytes, 1, 1 + UNIQUE_BYTES),
                Arrays.copyOfRange(bytes, 1 + UNIQUE_BYTES, bytes.length));
    }
}
