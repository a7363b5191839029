package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.manifest.StoredObject;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes a data object's plain bytes and writes its stored bytes. Used by one thread, which closes it. */
public final class EncodedOutput extends OutputStream {
    private final Deque<OutputStream> open;
    private final OutputStream top;
    private final DigestOutput digested;
    private long plainSize;
    private boolean broken;

    EncodedOutput(Deque<OutputStream> streams, DigestOutput digested) {
        this.open = new ArrayDeque<>(streams);
        this.top = streams.element();
        this.digested = digested;
    }

    @Override
    public void write(int b) throws IOException {
        top.write(b);
        plainSize++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        top.write(bytes, offset, length);
        plainSize += length;
    }

    /** Returns how many plain bytes were taken so far. */
    public long plainSize() {
        return plainSize;
    }

    /**
     * Ends the encoding: writes what is pending.
     *
     * @return the digest and the number of all stored bytes
     * @throws IOException if the sink fails, or has failed before
     */
    public StoredObject finish() throws IOException {
        close();
        if (broken) {
            throw new IOException("Expected stored bytes that are whole, found that an earlier end has failed");
        }
        return digested.finish();
    }

    /** Releases everything, without use for the stored bytes unless {@link #finish} did it; the sink stays open. */
    @Override
    public void close() throws IOException {
        Throwable failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException | RuntimeException e) {
                broken = true;
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }
}
