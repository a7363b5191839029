package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.manifest.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes stored bytes on and digests them: a few in the caller's thread, many in a thread beside it, since a digest cannot be
 * split and takes longer than encryption and writing together. Its {@code close} leaves the sink open.
 */
final class DigestOutput extends OutputStream {
    /** Up to here no thread is worth its start. */
    private static final int FEW_BYTES = 1 << 20;

    private static final int PIECE_BYTES = 1 << 18;

    private final OutputStream sink;
    private final CountingDigest digest = new CountingDigest();
    private long count;
    private @Nullable Beside beside;

    DigestOutput(OutputStream sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        sink.write(bytes, offset, length);
        count += length;
        if (count <= FEW_BYTES) {
            digest.update(bytes, offset, length);
            return;
        }
        Beside started = beside;
        if (started == null) {
            started = new Beside(digest);
            beside = started;
        }
        started.update(bytes, offset, length);
    }

    long count() {
        return count;
    }

    /** Returns the digest of all bytes; only after {@link #close}. */
    StoredObject finish() {
        if (digest.count() != count) {
            throw new IllegalStateException("Expected " + count + " bytes in the digest, found " + digest.count());
        }
        return digest.finish();
    }

    @Override
    public void close() {
        if (beside != null) {
            beside.close();
            beside = null;
        }
    }

    /** Digests copies of the bytes in another thread. Waits for it when all pieces are full. */
    private static final class Beside implements AutoCloseable {
        private final CountingDigest digest;
        private final StageThreads thread = new StageThreads("holdfast-sha256", 1);
        private final Pool<byte[]> free = new Pool<>(
                List.of(new byte[PIECE_BYTES], new byte[PIECE_BYTES], new byte[PIECE_BYTES], new byte[PIECE_BYTES]));
        private byte[] piece = free.take();
        private int filled;

        Beside(CountingDigest digest) {
            this.digest = digest;
        }

        void update(byte[] bytes, int offset, int length) {
            int from = offset;
            int left = length;
            while (left > 0) {
                if (filled == PIECE_BYTES) {
                    pass();
                    piece = free.take();
                }
                int n = Math.min(left, PIECE_BYTES - filled);
                System.arraycopy(bytes, from, piece, filled, n);
                filled += n;
                from += n;
                left -= n;
            }
        }

        private void pass() {
            byte[] passed = piece;
            int length = filled;
            filled = 0;
            thread.run(() -> {
                try {
                    digest.update(passed, 0, length);
                } finally {
                    free.put(passed);
                }
            });
        }

        @Override
        public void close() {
            pass();
            thread.close();
        }
    }
}
