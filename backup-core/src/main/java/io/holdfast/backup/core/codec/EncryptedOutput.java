package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.KeyMaterial;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.AEADBadTagException;

/** Writes the header, then frame after frame. The last frame is known only at the end, so one frame is held back. */
final class EncryptedOutput extends OutputStream {
    private final OutputStream sink;
    private final FrameCipher cipher;
    private final byte[] header;
    private final byte[] plain = new byte[FrameCipher.FRAME_BYTES];
    private final byte[] sealed = new byte[FrameCipher.FRAME_BYTES + FrameCipher.TAG_BYTES];
    private int filled;
    private boolean wroteHeader;
    private boolean closed;

    EncryptedOutput(OutputStream sink, KeyMaterial key, ObjectHeader header, byte[] salt) {
        this.sink = sink;
        byte[] fields = header.withoutSalt();
        this.header = Arrays.copyOf(fields, fields.length + salt.length);
        System.arraycopy(salt, 0, this.header, fields.length, salt.length);
        this.cipher = FrameCipher.sealing(key, header.role(), salt, this.header);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("Expected an open stream, found a closed one");
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == plain.length) {
                writeFrame(plain, 0, filled, false);
                filled = 0;
            }
            if (filled == 0 && left > plain.length) {
                writeFrame(bytes, from, plain.length, false);
                from += plain.length;
                left -= plain.length;
                continue;
            }
            int n = Math.min(left, plain.length - filled);
            System.arraycopy(bytes, from, plain, filled, n);
            filled += n;
            from += n;
            left -= n;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (cipher) {
            writeFrame(plain, 0, filled, true);
        }
    }

    private void writeFrame(byte[] bytes, int offset, int length, boolean last) throws IOException {
        if (cipher.frames() == FrameCipher.MAX_FRAMES) {
            throw new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "Expected at most " + FrameCipher.MAX_FRAMES + " frames of " + FrameCipher.FRAME_BYTES
                            + " bytes in one object, found more; a snapshot of this size cannot be encrypted");
        }
        if (!wroteHeader) {
            sink.write(header);
            wroteHeader = true;
        }
        try {
            int n = cipher.next(bytes, offset, length, sealed, last);
            sink.write(sealed, 0, n);
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("Sealing checks no tag", e);
        }
    }
}
