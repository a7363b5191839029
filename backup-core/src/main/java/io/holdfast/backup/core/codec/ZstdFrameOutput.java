package io.holdfast.backup.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/** Compresses blocks into independent frames. At least one frame is written, so that even nothing is a valid zstd file. */
final class ZstdFrameOutput extends OutputStream {
    private final OutputStream sink;
    private final ZstdCompressCtx context;
    private byte[] block = new byte[ZstdStage.FIRST_BUFFER_BYTES];
    private byte[] frame = {};
    private int filled;
    private boolean wroteFrame;
    private boolean closed;

    ZstdFrameOutput(OutputStream sink, int level) {
        this.sink = sink;
        this.context = new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        int from = offset;
        int left = length;
        while (left > 0) {
            int n = Math.min(left, block.length - filled);
            System.arraycopy(bytes, from, block, filled, n);
            filled += n;
            from += n;
            left -= n;
            if (filled == ZstdStage.FRAME_BYTES) {
                writeFrame();
            } else if (filled == block.length) {
                block = Arrays.copyOf(block, 2 * block.length);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (filled > 0 || !wroteFrame) {
                writeFrame();
            }
        } finally {
            context.close();
        }
    }

    private void writeFrame() throws IOException {
        int bound = (int) Zstd.compressBound(filled);
        if (frame.length < bound) {
            frame = new byte[bound];
        }
        int length = context.compressByteArray(frame, 0, frame.length, block, 0, filled);
        filled = 0;
        wroteFrame = true;
        sink.write(frame, 0, length);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("Expected an open stream, found a closed one");
        }
    }
}
