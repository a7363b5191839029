package io.holdfast.backup.destination.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is read past the page cache, a block at a time. Used by one thread; its channel is closed by any. */
final class DirectBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(DirectBlocks.class);

    private final FileChannel channel;
    private final ByteBuffer block;
    /** Where in the file the block begins. */
    private long begin;

    private DirectBlocks(FileChannel channel, ByteBuffer block) {
        this.channel = channel;
        this.block = block;
        block.limit(0);
    }

    /**
     * Opens a file and reads the first block that is wanted, to see that it can be done.
     *
     * @return the file, whose channel the caller closes, or empty if it has to be read through the cache
     * @throws IOException if the thread was interrupted
     */
    static Optional<DirectBlocks> open(DirectAccess access, Path file, long position) throws IOException {
        Optional<FileChannel> opened = access.open(file, StandardOpenOption.READ);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        FileChannel channel = opened.get();
        boolean usable = false;
        try {
            Optional<DirectBlocks> blocks = access.newBlock().map(block -> new DirectBlocks(channel, block));
            if (blocks.isPresent()) {
                blocks.get().load(position);
                usable = true;
            }
            return blocks;
        } catch (IOException e) {
            if (!channel.isOpen()) {
                throw e;
            }
            LOG.debug("{} is read through the page cache: {}", file, FsErrors.reasonOf(e));
            return Optional.empty();
        } finally {
            if (!usable) {
                channel.close();
            }
        }
    }

    FileChannel channel() {
        return channel;
    }

    /** Reads like {@link FileChannel#read(ByteBuffer, long)}. */
    int read(ByteBuffer target, long position) throws IOException {
        if (position < begin || position >= begin + block.limit()) {
            load(position);
        }
        int from = (int) (position - begin);
        int count = Math.min(target.remaining(), block.limit() - from);
        if (count <= 0) {
            return -1;
        }
        target.put(block.slice(from, count));
        return count;
    }

    private void load(long position) throws IOException {
        begin = position - position % DirectAccess.BLOCK_BYTES;
        block.clear();
        int count;
        try {
            count = channel.read(block, begin);
        } finally {
            block.limit(0);
        }
        block.limit(Math.max(count, 0));
    }
}
