package io.holdfast.backup.core.codec;

import io.holdfast.backup.core.manifest.StoredObject;
import java.io.IOException;
import java.io.OutputStream;

/** Passes stored bytes on and digests them. Its {@code close} leaves the sink open. */
final class DigestOutput extends OutputStream {
    private final OutputStream sink;
    private final CountingDigest digest = new CountingDigest();

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
        digest.update(bytes, offset, length);
    }

    long count() {
        return digest.count();
    }

    StoredObject finish() {
        return digest.finish();
    }
}
