package io.holdfast.backup.destination.fs;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens files past the page cache, in whole blocks, where the file system lets it. An archive is written once and seldom read:
 * in the cache it would push out what the application lives on, and a verification would read what the memory has, not what the
 * disk has. Whoever cannot have it goes through the cache. Immutable.
 */
final class DirectAccess {
    /** How much is written and read at once, and what its places are multiples of: no file system asks for more. */
    static final int BLOCK_BYTES = 1 << 20;

    /** Up to here the cache is as good. */
    static final long FEW_BYTES = 4L * BLOCK_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(DirectAccess.class);
    private static final DirectAccess NONE = new DirectAccess(0);

    /** What the addresses of buffers must be multiples of; 0 if there is no direct access. */
    private final int alignment;

    private DirectAccess(int alignment) {
        this.alignment = alignment;
    }

    /** Returns what opens no file. */
    static DirectAccess none() {
        return NONE;
    }

    /** Finds out what the file system of a directory allows: only local ones are known to gain from it. */
    static DirectAccess in(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            long block = store.getBlockSize();
            boolean possible = FileSystemKind.ofType(store.type()) == FileSystemKind.LOCAL
                    && block <= BLOCK_BYTES
                    && BLOCK_BYTES % block == 0;
            return possible ? new DirectAccess((int) block) : NONE;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("Files in {} go through the page cache: {}", directory, e.toString());
            return NONE;
        }
    }

    /**
     * Opens a file that exists. Some file systems refuse only the first access: then, too, the cache is left.
     *
     * @param file the file, which is no symbolic link
     * @param option to read or to write
     * @return the file, which the caller closes, or empty if it has to go through the cache
     */
    Optional<FileChannel> open(Path file, StandardOpenOption option) {
        if (alignment == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(FileChannel.open(file, option, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("{} goes through the page cache: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Makes a buffer of a block, outside of the heap; empty if there is no memory for it. */
    Optional<ByteBuffer> newBlock() {
        try {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(BLOCK_BYTES + alignment).alignedSlice(alignment);
            return Optional.of(buffer.limit(BLOCK_BYTES).slice());
        } catch (OutOfMemoryError e) {
            // The limit of this memory is one of the JVM's own; a backup must not fail for what only makes it fast.
            LOG.debug("No memory for a block: {}", e.toString());
            return Optional.empty();
        }
    }
}
