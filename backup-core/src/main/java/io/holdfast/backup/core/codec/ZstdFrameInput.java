package io.holdfast.backup.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Decompresses frame by frame; a frame's bytes are handed out only after its checksum was found right. */
final class ZstdFrameInput extends InputStream {
    private static final byte[] MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    private static final int HEADER_BYTES = MAGIC.length + 1;
    private static final int MAX_STORED_FRAME_BYTES = (int) Zstd.compressBound(ZstdStage.MAX_FRAME_BYTES);
    private static final int CHECKSUM_FLAG = 1 << 2;

    private final InputStream source;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private byte[] stored = new byte[ZstdStage.FIRST_BUFFER_BYTES];
    private int storedFrom;
    private int storedTo;
    private long frameAt;
    private byte[] plain = {};
    private int plainFrom;
    private int plainTo;
    private boolean ended;
    private boolean closed;

    ZstdFrameInput(InputStream source) {
        this.source = source;
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
            if (ended || !nextFrame()) {
                ended = true;
                return -1;
            }
        }
        int n = Math.min(length, plainTo - plainFrom);
        System.arraycopy(plain, plainFrom, bytes, offset, n);
        plainFrom += n;
        return n;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.close();
        }
    }

    private boolean nextFrame() throws IOException {
        fill();
        int available = storedTo - storedFrom;
        if (available == 0) {
            return false;
        }
        int contentSize = contentSize(available);
        int storedSize = wholeFrame();
        if (plain.length < contentSize) {
            plain = new byte[contentSize];
        }
        int size;
        try {
            size = context.decompressByteArray(plain, 0, contentSize, stored, storedFrom, storedSize);
        } catch (ZstdException e) {
            throw damaged("a frame that decompresses", String.valueOf(e.getMessage()), e);
        }
        if (size != contentSize) {
            throw damaged(contentSize + " bytes in the frame", size + "", null);
        }
        plainFrom = 0;
        plainTo = size;
        storedFrom += storedSize;
        frameAt += storedSize;
        return true;
    }

    /** The length of the frame that begins here, once all of it is in the buffer, which grows as far as a frame may be long. */
    private int wholeFrame() throws IOException {
        while (true) {
            OptionalInt size = frameSize();
            if (size.isPresent()) {
                return size.getAsInt();
            }
            boolean sourceEnded = storedTo < stored.length;
            if (sourceEnded || stored.length == MAX_STORED_FRAME_BYTES) {
                throw damaged("a frame that is whole", "one that is cut off or malformed", null);
            }
            stored = Arrays.copyOf(stored, Math.min(2 * stored.length, MAX_STORED_FRAME_BYTES));
            fill();
        }
    }

    /** Empty if not all of the frame is in the buffer, or it is malformed. */
    private OptionalInt frameSize() {
        int available = storedTo - storedFrom;
        try {
            long size = Zstd.findFrameCompressedSize(stored, storedFrom, available);
            return Zstd.isError(size) || size > available ? OptionalInt.empty() : OptionalInt.of((int) size);
        } catch (ZstdException e) {
            return OptionalInt.empty();
        }
    }

    private int contentSize(int available) {
        if (available < HEADER_BYTES
                || !Arrays.equals(stored, storedFrom, storedFrom + MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged("a zstd frame", "other bytes", null);
        }
        if ((stored[storedFrom + MAGIC.length] & CHECKSUM_FLAG) == 0) {
            throw damaged("a frame with a content checksum", "one without", null);
        }
        long size;
        try {
            size = Zstd.getFrameContentSize(stored, storedFrom, available);
        } catch (ZstdException e) {
            throw damaged("a frame that states its content size", e.getMessage() + "", e);
        }
        if (Zstd.isError(size) || size < 0 || size > ZstdStage.MAX_FRAME_BYTES) {
            throw damaged("a frame of at most " + ZstdStage.MAX_FRAME_BYTES + " plain bytes", "another", null);
        }
        return (int) size;
    }

    private void fill() throws IOException {
        if (storedFrom > 0) {
            System.arraycopy(stored, storedFrom, stored, 0, storedTo - storedFrom);
            storedTo -= storedFrom;
            storedFrom = 0;
        }
        while (storedTo < stored.length) {
            int n = source.read(stored, storedTo, stored.length - storedTo);
            if (n < 0) {
                return;
            }
            storedTo += n;
        }
    }

    private BackupException damaged(String expected, String found, @Nullable Throwable cause) {
        return new BackupException(
                ErrorCode.INTEGRITY_MISMATCH,
                "Compressed bytes, frame at byte " + frameAt + ": expected " + expected + ", found " + found,
                cause);
    }
}
