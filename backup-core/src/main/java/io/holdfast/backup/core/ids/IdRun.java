package io.holdfast.backup.core.ids;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Ids in ascending order in a temporary file, which is gone when this is closed; where the system allows it, it has no name from the
 * beginning, so that a crash leaves nothing. Used by one thread.
 *
 * <p>The file is a row of zstd frames with checksums. A frame has whole ids, each after its length in two bytes. In memory is the
 * first id of each frame, which is about a thousandth of all.
 */
public final class IdRun implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 17;
    private static final int LEVEL = 1;

    private final FileChannel file;
    private final List<Block> blocks = new ArrayList<>();
    private final List<byte[]> firstIds = new ArrayList<>();
    private int readers;
    private boolean retired;

    /** Where a frame is, and what it becomes. */
    private record Block(long at, int stored, int plain) {}

    private IdRun(FileChannel file) {
        this.file = file;
    }

    /**
     * Writes a run.
     *
     * @param directory where the file is; made when it is not there
     * @param ids what is written, to its end; stays open
     * @param moved is told how many bytes were written, again and again; may throw to end this
     * @return the run, which the caller closes
     * @throws IOException if it cannot be written, or if the ids cannot be read; nothing is left then
     */
    public static IdRun write(Path directory, IdCursor ids, LongConsumer moved) throws IOException {
        Files.createDirectories(directory);
        IdRun run = new IdRun(FileChannel.open(
                directory.resolve("ids-" + UUID.randomUUID() + ".tmp"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
        try (Writer writer = new Writer(run, moved)) {
            writer.writeAll(ids);
            return run;
        } catch (IOException | RuntimeException | Error e) {
            try (run) {
                throw e;
            }
        }
    }

    /** Tells whether an id is in this run: reads one frame at most. */
    boolean contains(byte[] id) throws IOException {
        int low = 0;
        int high = blocks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(firstIds.get(middle), id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return false;
        }
        try (Reader reader = new Reader(low - 1, low)) {
            while (reader.next()) {
                int order = Arrays.compareUnsigned(reader.current(), id);
                if (order >= 0) {
                    return order == 0;
                }
            }
        }
        return false;
    }

    /** Returns a cursor over all ids. */
    public IdCursor open() {
        return new Reader(0, blocks.size());
    }

    /** Closes this as soon as no cursor is open. */
    void retire() throws IOException {
        retired = true;
        if (readers == 0) {
            close();
        }
    }

    /** Removes the file, whoever reads it. */
    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Cuts ids into frames. */
    private static final class Writer implements AutoCloseable {
        private final IdRun run;
        private final LongConsumer moved;
        private final ZstdCompressCtx context =
                new ZstdCompressCtx().setLevel(LEVEL).setChecksum(true);
        private final byte[] plain = new byte[BLOCK_BYTES];
        private final byte[] stored = new byte[(int) Zstd.compressBound(BLOCK_BYTES)];
        private byte[] first = {};
        private int filled;
        private long at;

        Writer(IdRun run, LongConsumer moved) {
            this.run = run;
            this.moved = moved;
        }

        void writeAll(IdCursor ids) throws IOException {
            while (ids.next()) {
                write(ids.current());
            }
            if (filled > 0) {
                writeBlock();
            }
        }

        private void write(byte[] id) throws IOException {
            if (filled + 2 + id.length > BLOCK_BYTES) {
                writeBlock();
            }
            if (filled == 0) {
                first = id;
            }
            plain[filled++] = (byte) (id.length >>> 8);
            plain[filled++] = (byte) id.length;
            System.arraycopy(id, 0, plain, filled, id.length);
            filled += id.length;
        }

        private void writeBlock() throws IOException {
            int length = context.compressByteArray(stored, 0, stored.length, plain, 0, filled);
            ByteBuffer frame = ByteBuffer.wrap(stored, 0, length);
            for (long position = at; frame.hasRemaining(); ) {
                position += run.file.write(frame, position);
            }
            run.blocks.add(new Block(at, length, filled));
            run.firstIds.add(first);
            at += length;
            moved.accept(filled);
            filled = 0;
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** Goes through the ids of some frames. */
    private final class Reader implements IdCursor {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();
        private final int end;
        private int block;
        private byte[] stored = {};
        private byte[] plain = {};
        private int from;
        private int to;
        private byte[] current = {};
        private boolean closed;

        Reader(int block, int end) {
            this.block = block;
            this.end = end;
            readers++;
        }

        @Override
        public boolean next() throws IOException {
            if (from == to && !readBlock()) {
                close();
                return false;
            }
            int length = (plain[from] & 0xff) << 8 | (plain[from + 1] & 0xff);
            current = Arrays.copyOfRange(plain, from + 2, from + 2 + length);
            from += 2 + length;
            return true;
        }

        private boolean readBlock() throws IOException {
            if (closed || block == end) {
                return false;
            }
            Block next = blocks.get(block++);
            if (stored.length < next.stored()) {
                stored = new byte[next.stored()];
            }
            if (plain.length < next.plain()) {
                plain = new byte[next.plain()];
            }
            ByteBuffer frame = ByteBuffer.wrap(stored, 0, next.stored());
            while (frame.hasRemaining()) {
                if (file.read(frame, next.at() + frame.position()) < 0) {
                    throw new EOFException("Expected " + next.stored()
                            + " bytes of payload ids in a temporary file, found " + frame.position());
                }
            }
            try {
                to = context.decompressByteArray(plain, 0, plain.length, stored, 0, next.stored());
            } catch (ZstdException e) {
                throw new IOException(
                        "Expected payload ids in a temporary file as they were written, found other bytes", e);
            }
            from = 0;
            return true;
        }

        @Override
        public byte[] current() {
            return current;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            context.close();
            readers--;
            if (retired && readers == 0) {
                IdRun.this.close();
            }
        }
    }
}
