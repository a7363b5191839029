package io.holdfast.backup.core.codec;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * One reversible step between plain and stored bytes. Implementations are immutable; the streams that they make are used by
 * one thread at a time.
 */
interface Stage {
    /**
     * Returns a stream that encodes what is written to it. Its {@code close} writes what is pending, ends the encoding and
     * releases everything, but leaves {@code sink} open; writing to {@code sink} is all that it does there.
     */
    OutputStream encode(OutputStream sink);

    /**
     * Returns a stream that decodes what it reads. It hands out no byte before the frame that holds it was checked, throws
     * {@code integrity_mismatch} (or a decryption code) for what it cannot decode, and reads {@code source} to its end before
     * it signals its own. Its {@code close} leaves {@code source} open.
     */
    InputStream decode(InputStream source);
}
