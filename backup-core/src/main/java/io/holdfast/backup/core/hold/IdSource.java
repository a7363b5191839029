package io.holdfast.backup.core.hold;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.ids.IdCursor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads sorted lines one after the other, in their UTF-8 bytes. */
final class IdSource implements IdCursor {
    private static final int BUFFER_BYTES = 1 << 14;

    private final InputStream in;
    private final long expected;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private byte[] current = {};
    private long count;

    IdSource(InputStream in, long expected) {
        this.in = in;
        this.expected = expected;
    }

    @Override
    public byte[] current() {
        return current;
    }

    /** At the end, as many must have been read as there should be. */
    @Override
    public boolean next() throws IOException {
        byte[] line = readLine();
        if (line == null) {
            if (count != expected) {
                throw malformed(expected + " ids", String.valueOf(count));
            }
            return false;
        }
        if (Arrays.compareUnsigned(current, line) >= 0) {
            throw malformed("ids in ascending order", "another order");
        }
        current = line;
        count++;
        return true;
    }

    private byte @Nullable [] readLine() throws IOException {
        int at = from;
        while (true) {
            for (; at < to; at++) {
                if (buffer[at] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, from, at);
                    from = at + 1;
                    return line;
                }
            }
            if (to - from > PayloadIDSet.MAX_ID_BYTES) {
                throw malformed("lines of at most " + PayloadIDSet.MAX_ID_BYTES + " bytes", "a longer one");
            }
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
            at = to;
            int n = in.read(buffer, to, buffer.length - to);
            if (n < 0) {
                if (to > 0) {
                    throw malformed("a line feed at the end", "none");
                }
                return null;
            }
            to += n;
        }
    }

    private static BackupException malformed(String expected, String found) {
        return new BackupException(
                ErrorCode.INTEGRITY_MISMATCH, "Payload ids: expected " + expected + ", found " + found);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
