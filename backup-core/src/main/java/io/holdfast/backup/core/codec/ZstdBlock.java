package io.holdfast.backup.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Plain bytes that become one frame. Its buffers are used again and again. Used by one thread at a time. */
final class ZstdBlock {
    private byte[] plain = new byte[ZstdStage.FIRST_BUFFER_BYTES];
    private byte[] frame = {};
    private int filled;
    private int length;

    /** Takes as many bytes as there is room for, and returns how many. */
    int fill(byte[] bytes, int offset, int count) {
        int n = Math.min(count, ZstdStage.FRAME_BYTES - filled);
        if (filled + n > plain.length) {
            int doubled = Math.max(2 * plain.length, Integer.highestOneBit(filled + n - 1) << 1);
            plain = Arrays.copyOf(plain, Math.min(doubled, ZstdStage.FRAME_BYTES));
        }
        System.arraycopy(bytes, offset, plain, filled, n);
        filled += n;
        return n;
    }

    boolean isFull() {
        return filled == ZstdStage.FRAME_BYTES;
    }

    boolean isEmpty() {
        return filled == 0;
    }

    /** Makes the frame, and room for other plain bytes. */
    void compress(ZstdCompressCtx context) {
        int bound = (int) Zstd.compressBound(filled);
        if (frame.length < bound) {
            frame = new byte[bound];
        }
        length = context.compressByteArray(frame, 0, frame.length, plain, 0, filled);
        filled = 0;
    }

    void writeFrame(OutputStream sink) throws IOException {
        sink.write(frame, 0, length);
    }
}
