package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.ids.IdCursor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** The plain form of payload ids: sorted by their UTF-8 bytes, each followed by LF. */
public final class PayloadIds {
    private static final int BUFFER_BYTES = 1 << 16;

    private PayloadIds() {}

    /**
     * What the lines amount to.
     *
     * @param count how many ids there are
     * @param digest the digest of the plain lines, 64 hexadecimal digits in lower case
     */
    public record Summary(long count, String digest) {}

    /**
     * Writes the ids of a set.
     *
     * @param ids the set
     * @param out where the plain lines go; stays open
     * @param digest takes the plain lines, and nothing else
     * @return what was written
     * @throws BackupException with {@link ErrorCode#SOURCE_UNAVAILABLE} if the set does not keep the contract of
     *     {@link PayloadIDSet}: not sorted, not valid, not as many as it says
     * @throws IOException if the stream fails
     */
    public static Summary write(PayloadIDSet ids, OutputStream out, LineDigest digest) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int filled = 0;
        byte[] last = {};
        long count = 0;
        try (IdCursor cursor = IdCursor.of(ids)) {
            while (cursor.next()) {
                byte[] utf8 = cursor.current();
                requireAscending(last, utf8);
                if (filled + utf8.length + 1 > buffer.length) {
                    digest.update(buffer, 0, filled);
                    out.write(buffer, 0, filled);
                    filled = 0;
                }
                System.arraycopy(utf8, 0, buffer, filled, utf8.length);
                filled += utf8.length;
                buffer[filled++] = '\n';
                last = utf8;
                count++;
            }
        }
        digest.update(buffer, 0, filled);
        out.write(buffer, 0, filled);
        if (count != ids.size()) {
            throw new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "Expected " + ids.size() + " payload ids, as the set says, found " + count);
        }
        return new Summary(count, digest.finish());
    }

    private static void requireAscending(byte[] last, byte[] next) {
        if (Arrays.compareUnsigned(last, next) >= 0) {
            throw new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "Expected payload ids in ascending order of their UTF-8 bytes, each once; found \""
                            + new String(next, StandardCharsets.UTF_8) + "\" after \""
                            + new String(last, StandardCharsets.UTF_8) + "\"");
        }
    }

    /**
     * Reads ids to the end of the stream.
     *
     * @param in the plain lines; stays open
     * @param consumer sees each id in turn
     * @param digest takes the plain lines, and nothing else
     * @return what was read
     * @throws BackupException with {@link ErrorCode#INTEGRITY_MISMATCH} if these are not sorted, valid lines
     * @throws IOException if the stream fails
     */
    public static Summary read(InputStream in, Consumer<String> consumer, LineDigest digest) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        byte[] last = {};
        int filled = 0;
        long count = 0;
        int n;
        while ((n = in.read(buffer, filled, buffer.length - filled)) >= 0) {
            digest.update(buffer, filled, n);
            filled += n;
            int from = 0;
            for (int at = 0; at < filled; at++) {
                if (buffer[at] == '\n') {
                    byte[] utf8 = Arrays.copyOfRange(buffer, from, at);
                    consumer.accept(decode(utf8, last));
                    last = utf8;
                    from = at + 1;
                    count++;
                }
            }
            System.arraycopy(buffer, from, buffer, 0, filled - from);
            filled -= from;
            if (filled > PayloadIDSet.MAX_ID_BYTES) {
                throw malformed("a line of at most " + PayloadIDSet.MAX_ID_BYTES + " bytes", "a longer one");
            }
        }
        if (filled > 0) {
            throw malformed("a line feed at the end", "none");
        }
        return new Summary(count, digest.finish());
    }

    private static String decode(byte[] utf8, byte[] last) {
        String id = new String(utf8, StandardCharsets.UTF_8);
        try {
            if (!Arrays.equals(PayloadIDSet.encode(id), utf8)) {
                throw malformed("ids in UTF-8", "other bytes");
            }
        } catch (IllegalArgumentException e) {
            throw malformed("valid ids", String.valueOf(e.getMessage()));
        }
        if (Arrays.compareUnsigned(last, utf8) >= 0) {
            throw malformed("ids in ascending order", "another order");
        }
        return id;
    }

    private static BackupException malformed(String expected, String found) {
        return new BackupException(
                ErrorCode.INTEGRITY_MISMATCH, "Payload ids: expected " + expected + ", found " + found);
    }
}
