package io.holdfast.backup.core.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compresses blocks into independent frames: a single one in the caller's thread, several on threads of their own. At least one
 * frame is written, so that even nothing is a valid zstd file.
 */
final class ZstdFrameOutput extends OutputStream {
    private final OutputStream sink;
    private final int level;
    private ZstdBlock block = new ZstdBlock();
    private @Nullable ZstdWorkers workers;
    private boolean failed;
    private boolean closed;

    ZstdFrameOutput(OutputStream sink, int level) {
        this.sink = sink;
        this.level = level;
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
            if (block.isFull()) {
                exchangeBlock();
            }
            int n = block.fill(bytes, from, left);
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
        try (ZstdWorkers started = workers) {
            if (failed) {
                throw new IOException("The compressed bytes are not whole: an earlier block could not be written");
            }
            if (started == null) {
                writeOnlyFrame();
            } else {
                started.finish(block);
            }
        }
    }

    private void exchangeBlock() throws IOException {
        ZstdWorkers started = workers;
        if (started == null) {
            started = new ZstdWorkers(sink, level);
            workers = started;
        }
        failed = true;
        block = started.exchange(block);
        failed = false;
    }

    private void writeOnlyFrame() throws IOException {
        try (ZstdCompressCtx context = ZstdStage.compressor(level)) {
            block.compress(context);
        }
        block.writeFrame(sink);
    }

    private void requireOpen() throws IOException {
        if (closed || failed) {
            throw new IOException("Expected an open stream, found one that is closed or has failed");
        }
    }
}
