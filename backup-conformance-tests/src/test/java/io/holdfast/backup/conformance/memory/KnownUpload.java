package io.holdfast.backup.conformance.memory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** An upload that knows where it goes, and collects what was written. */
class KnownUpload extends ForwardingUpload {
    final MemoryDestination destination;
    final MemoryServer server;
    final String key;
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean erased;

    KnownUpload(MemoryDestination destination, String key) {
        super(destination.upload(key));
        this.destination = destination;
        this.server = destination.server();
        this.key = key;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        inner.write(bytes, offset, length);
        if (written.size() < 1 << 20) {
            written.write(bytes, offset, length);
        }
    }

    /** Makes room for an overwriting commit; a second commit of the same upload is honest. */
    final void eraseOnce() {
        if (!erased) {
            erased = true;
            server.erase(key);
        }
    }

    final boolean taken() {
        return server.bytes(key).isPresent();
    }
}
