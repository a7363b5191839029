package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a tar comes from: buffers, counts and digests what goes by, bounds the headers before an entry, and remembers the failure
 * of the stream below, so that it is told from what the tar library makes of damage. Never closes the stream below.
 */
final class TarSource extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final TarSeal seal = new TarSeal();
    private long position;
    private long bound = Long.MAX_VALUE;
    private @Nullable Exception failure;

    TarSource(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
    }

    /** Returns how many bytes went by. */
    long position() {
        return position;
    }

    /** Refuses to go on beyond so many bytes from here. */
    void bound(long bytes) {
        bound = position + bytes;
    }

    /** Lets as many bytes go by as there are. */
    void unbound() {
        bound = Long.MAX_VALUE;
    }

    /** Returns the line that seals all that went by. */
    byte[] sealingLine() {
        return seal.line(new byte[0]);
    }

    /** Throws the failure of the stream below again, just as it was, if that is what came up. */
    void rethrowFailure() throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == bound) {
            throw new RestoreCorruptException("Expected the headers of an entry to end before byte " + position
                    + " of the snapshot, found more of them");
        }
        int read;
        try {
            read = in.read(bytes, offset, (int) Math.min(length, bound - position));
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
        if (read > 0) {
            seal.update(bytes, offset, read);
            position += read;
        }
        return read;
    }
}
