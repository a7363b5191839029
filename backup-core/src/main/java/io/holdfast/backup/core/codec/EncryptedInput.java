package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.KeyMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header, which must be the expected one, then frame after frame. A frame's bytes are handed out only after it was
 * authenticated, and the end is signalled only after the frame that is marked as the last, if nothing follows it.
 */
final class EncryptedInput extends InputStream {
    private static final int SEALED_BYTES = FrameCipher.FRAME_BYTES + FrameCipher.TAG_BYTES;

    private final InputStream source;
    private final KeyMaterial key;
    private final ObjectHeader header;
    private @Nullable FrameCipher cipher;

    // One byte more than a frame: whether it is there tells whether the frame is the last.
    private final byte[] sealed = new byte[SEALED_BYTES + 1];
    private int sealedBytes;
    private final byte[] plain = new byte[FrameCipher.FRAME_BYTES];
    private int plainFrom;
    private int plainTo;
    private boolean ended;
    private boolean closed;

    EncryptedInput(InputStream source, KeyMaterial key, ObjectHeader header) {
        this.source = source;
        this.key = key;
        this.header = header;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("Expected an open stream, found a closed one");
        }
        if (length == 0) {
            return 0;
        }
        while (plainFrom == plainTo) {
            if (ended) {
                return -1;
            }
            nextFrameOrNothingMore();
        }
        int n = Math.min(length, plainTo - plainFrom);
        System.arraycopy(plain, plainFrom, bytes, offset, n);
        plainFrom += n;
        return n;
    }

    @Override
    public void close() {
        closed = true;
        if (cipher != null) {
            cipher.close();
        }
    }

    private void nextFrameOrNothingMore() throws IOException {
        boolean opened = false;
        try {
            nextFrame();
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void nextFrame() throws IOException {
        FrameCipher frames = cipher == null ? readHeader() : cipher;
        cipher = frames;
        sealedBytes += source.readNBytes(sealed, sealedBytes, sealed.length - sealedBytes);
        boolean last = sealedBytes <= SEALED_BYTES;
        int length = Math.min(sealedBytes, SEALED_BYTES);
        if (length < FrameCipher.TAG_BYTES) {
            throw refused(frames.frames(), "it is cut off", null);
        }
        if (frames.frames() == FrameCipher.MAX_FRAMES) {
            throw refused(frames.frames(), "there are more than " + FrameCipher.MAX_FRAMES, null);
        }
        if (last && length == FrameCipher.TAG_BYTES && frames.frames() > 0) {
            throw refused(frames.frames(), "it is empty, and not the only one", null);
        }
        plainFrom = 0;
        plainTo = 0;
        try {
            plainTo = frames.next(sealed, 0, length, plain, last);
        } catch (AEADBadTagException e) {
            throw refused(frames.frames(), "wrong key, or its bytes have changed", e);
        }
        ended = last;
        sealed[0] = sealed[SEALED_BYTES];
        sealedBytes = last ? 0 : 1;
    }

    private FrameCipher readHeader() throws IOException {
        byte[] expected = header.withoutSalt();
        byte[] found = source.readNBytes(expected.length + ObjectHeader.SALT_BYTES);
        if (found.length < expected.length + ObjectHeader.SALT_BYTES
                || !Arrays.equals(found, 0, expected.length, expected, 0, expected.length)) {
            throw new BackupException(
                    ErrorCode.DECRYPTION_FAILED,
                    "Encrypted bytes: expected the header of the " + header.role() + " of backup " + header.backupId()
                            + " of store " + header.storeId() + " in repository " + header.repositoryId()
                            + ", found other bytes");
        }
        byte[] salt = Arrays.copyOfRange(found, expected.length, found.length);
        return FrameCipher.opening(key, header.role(), salt, found);
    }

    private static BackupException refused(long frame, String reason, @Nullable Throwable cause) {
        return new BackupException(
                ErrorCode.DECRYPTION_FAILED, "Encrypted bytes, frame " + frame + " cannot be opened: " + reason, cause);
    }
}
