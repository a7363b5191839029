package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.manifest.BackupId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Says which object encrypted bytes are: the header at their beginning, and associated data of every frame.
 *
 * @param role what the object is
 * @param repositoryId the repository that it belongs to
 * @param backupId the backup that it belongs to
 * @param storeId the store that was backed up, at most 128 characters
 */
public record ObjectHeader(ObjectRole role, String repositoryId, BackupId backupId, String storeId) {
    static final int SALT_BYTES = 32;

    private static final byte[] MAGIC = "HFE1".getBytes(StandardCharsets.US_ASCII);

    /** The header's bytes but for the salt, with which it ends. */
    byte[] withoutSalt() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(MAGIC);
        bytes.write(role.wireValue());
        bytes.writeBytes(sized(repositoryId));
        bytes.writeBytes(sized(backupId.value()));
        bytes.writeBytes(sized(storeId));
        return bytes.toByteArray();
    }

    private static byte[] sized(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 255) {
            throw new IllegalArgumentException("Expected an id of at most 255 bytes, found " + utf8.length);
        }
        byte[] sized = new byte[utf8.length + 1];
        sized[0] = (byte) utf8.length;
        System.arraycopy(utf8, 0, sized, 1, utf8.length);
        return sized;
    }
}
