package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.key.KeyMaterial;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * Encryption in authenticated frames.
 *
 * @param key the data key, or the repository key; its owner closes it, after the streams
 * @param header which object this is
 */
record EncryptionStage(KeyMaterial key, ObjectHeader header) implements Stage {
    @Override
    public OutputStream encode(OutputStream sink) {
        byte[] salt = new byte[ObjectHeader.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new EncryptedOutput(sink, key, header, salt);
    }

    @Override
    public InputStream decode(InputStream source) {
        return new EncryptedInput(source, key, header);
    }
}
