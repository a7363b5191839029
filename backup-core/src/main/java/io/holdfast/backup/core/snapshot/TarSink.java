package io.holdfast.backup.core.snapshot;

import java.io.IOException;
import java.io.OutputStream;

/** Where a tar goes: buffers, and digests what goes by. Never closes the stream below. */
final class TarSink extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final TarSeal seal = new TarSeal();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    TarSink(OutputStream out) {
        this.out = out;
    }

    /** Returns the line that seals all that was written, and what is still to come before the line. */
    byte[] sealingLine(byte[] pending) throws IOException {
        drain();
        return seal.line(pending);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int n = Math.min(length - done, buffer.length - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, n);
            filled += n;
            done += n;
            if (filled == buffer.length) {
                drain();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    private void drain() throws IOException {
        seal.update(buffer, 0, filled);
        out.write(buffer, 0, filled);
        filled = 0;
    }
}
