package io.holdfast.backup.core.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Compression in independent zstd frames (RFC 8878), each with its content size and a content checksum.
 *
 * @param level the compression level, 1 to 19
 */
record ZstdStage(int level) implements Stage {
    /** The plain bytes of a frame, as this release writes them. */
    static final int FRAME_BYTES = 1 << 20;

    /** The most plain bytes of a frame that a reader takes; bounds its memory. */
    static final int MAX_FRAME_BYTES = 4 << 20;

    /** What the buffers begin with, so that a small object costs little; they grow with the object. */
    static final int FIRST_BUFFER_BYTES = 1 << 16;

    ZstdStage {
        if (level < 1 || level > 19) {
            throw new IllegalArgumentException("Expected a zstd level from 1 to 19, found " + level);
        }
    }

    /** Returns a compressor for this level, which the caller closes. */
    static ZstdCompressCtx compressor(int level) {
        return new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
    }

    @Override
    public OutputStream encode(OutputStream sink) {
        return new ZstdFrameOutput(sink, level);
    }

    @Override
    public InputStream decode(InputStream source) {
        return new ZstdFrameInput(source);
    }
}
