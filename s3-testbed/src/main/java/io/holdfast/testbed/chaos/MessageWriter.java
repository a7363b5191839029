package io.holdfast.testbed.chaos;

import java.io.IOException;
import java.io.OutputStream;

/** Passes one message on, and spoils it on the way. */
final class MessageWriter {
    private final OutputStream out;
    private final Spoiling spoiling;
    private long payload;
    private boolean spoiled;

    MessageWriter(OutputStream out, Spoiling spoiling) {
        this.out = out;
        this.spoiling = spoiling;
    }

    void head(Head head) throws IOException {
        if (spoiling.at() == Spoiling.BEFORE_ALL) {
            throw new SpoiledException(spoiling.kind());
        }
        out.write(head.bytes());
    }

    /** Writes what only says where the body ends. */
    void framing(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void payload(byte[] bytes, int count) throws IOException {
        if (spoiled || spoiling.is(Spoiling.Kind.NONE) || payload + count <= spoiling.at()) {
            out.write(bytes, 0, count);
            payload += count;
            return;
        }
        spoiled = true;
        int good = (int) (spoiling.at() - payload);
        if (!spoiling.is(Spoiling.Kind.FLIP)) {
            out.write(bytes, 0, good);
            out.flush();
            throw new SpoiledException(spoiling.kind());
        }
        byte[] flipped = bytes.clone();
        flipped[good] ^= 1;
        out.write(flipped, 0, count);
        payload += count;
    }

    void flush() throws IOException {
        out.flush();
    }
}
