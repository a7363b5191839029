package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupAbortedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream ahead in a thread of its own, so that what is below works while what is above does. What the stream throws is
 * thrown here, after the bytes before it. A few bytes are read in the caller's thread; only then the other one starts. Memory: 1
 * MiB. Used by one thread.
 */
public final class ReadAhead extends InputStream {
    /** Up to here no thread is worth its start. */
    private static final int FEW_BYTES = 1 << 20;

    private static final int PIECE_BYTES = 1 << 18;
    private static final int PIECES = 4;

    private final InputStream source;
    private long read;
    private @Nullable Ahead ahead;
    private boolean closed;

    /**
     * Reads nothing yet.
     *
     * @param source what is read from now on by this alone; stays open
     */
    public ReadAhead(InputStream source) {
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
        if (read < FEW_BYTES) {
            int n = source.read(bytes, offset, length);
            read += Math.max(n, 0);
            return n;
        }
        Ahead started = ahead;
        if (started == null) {
            started = new Ahead(source);
            ahead = started;
        }
        return started.read(bytes, offset, length);
    }

    /** Interrupts the read that is in progress, if there is one, waits for it, and ends the thread. The source stays open. */
    @Override
    public void close() {
        closed = true;
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
    }

    /** Bytes that were read, or why there are no more. */
    private static final class Piece {
        private final byte[] bytes = new byte[PIECE_BYTES];
        private int from;
        private int to;
        private boolean last;
        private @Nullable Throwable failure;

        void fill(InputStream source, BooleanSupplier wanted) {
            from = 0;
            to = 0;
            try {
                while (to < PIECE_BYTES && !last && wanted.getAsBoolean()) {
                    int n = source.read(bytes, to, PIECE_BYTES - to);
                    last = n < 0;
                    to += Math.max(n, 0);
                }
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
                last = true;
            }
        }

        void throwFailure() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }
    }

    /** The thread and its pieces. */
    private static final class Ahead implements AutoCloseable {
        private final StageThreads thread = new StageThreads("holdfast-read-ahead", 1);
        private final Pool<Piece> free =
                new Pool<>(Stream.generate(Piece::new).limit(PIECES).toList());
        private final Pool<Piece> filled = new Pool<>(List.of());
        private Piece current;
        private volatile boolean ended;

        Ahead(InputStream source) {
            current = free.take();
            thread.run(() -> readAll(source));
        }

        private void readAll(InputStream source) {
            boolean last = false;
            while (!ended && !last) {
                Piece piece;
                try {
                    piece = free.take();
                } catch (BackupAbortedException e) {
                    // Interrupted by the end of this stream: nobody waits for another piece.
                    return;
                }
                piece.fill(source, () -> !ended);
                last = piece.last;
                filled.put(piece);
            }
        }

        int read(byte[] bytes, int offset, int length) throws IOException {
            while (current.from == current.to) {
                if (current.last) {
                    current.throwFailure();
                    return -1;
                }
                free.put(current);
                current = filled.take();
            }
            int n = Math.min(length, current.to - current.from);
            System.arraycopy(current.bytes, current.from, bytes, offset, n);
            current.from += n;
            return n;
        }

        @Override
        public void close() {
            ended = true;
            thread.interruptAndClose();
        }
    }
}
