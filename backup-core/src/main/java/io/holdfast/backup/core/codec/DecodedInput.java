package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Deque;
import java.util.OptionalLong;

/** The plain bytes of a data object; ends only if their number is the recorded one and every stage below agreed to end. */
final class DecodedInput extends InputStream {
    private final Deque<InputStream> streams;
    private final OptionalLong expectedSize;
    private long size;

    DecodedInput(Deque<InputStream> streams, OptionalLong expectedSize) {
        this.streams = streams;
        this.expectedSize = expectedSize;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = streams.element().read(bytes, offset, length);
        size += Math.max(n, 0);
        if (expectedSize.isPresent() && (n < 0 ? size != expectedSize.getAsLong() : size > expectedSize.getAsLong())) {
            throw new BackupException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "Expected " + expectedSize.getAsLong() + " plain bytes, found " + (n < 0 ? size + "" : "more"));
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        for (InputStream stream : streams) {
            stream.close();
        }
    }
}
