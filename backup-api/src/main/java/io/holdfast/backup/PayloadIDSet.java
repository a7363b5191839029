package io.holdfast.backup;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * A set of payload ids: the names of the immutable content (blocks, files, blobs) that a snapshot refers to.
 *
 * <p>An id is 1 to 1,024 bytes of UTF-8 without control characters (U+0000 to U+001F and U+007F to U+009F). Sets only grow.
 * They are not safe for use by several threads at once.
 */
public interface PayloadIDSet extends Iterable<String> {
    /** The longest id, in bytes of UTF-8. */
    int MAX_ID_BYTES = 1024;

    /**
     * Adds an id.
     *
     * @param id the id
     * @throws IllegalArgumentException if it is empty, too long, holds a control character or is no well-formed Unicode
     */
    void add(String id);

    /**
     * Tells whether the set has this id.
     *
     * @param id any string
     * @return whether it is in the set; false for what could never be added
     */
    boolean contains(String id);

    /** Returns how many different ids the set has. */
    long size();

    /**
     * Returns the ids in ascending order of their UTF-8 bytes, compared as unsigned numbers. Ids that are added after the
     * call may be missing from the iteration.
     */
    @Override
    Iterator<String> iterator();

    /**
     * Returns a new, empty set in memory, with well under half the heap of a {@code HashSet<String>}. It takes 256 KiB from
     * its first id on. It holds 16 GiB of ids or 800 million at most: beyond that, {@code add} throws
     * {@link IllegalStateException}.
     */
    static PayloadIDSet create() {
        return new CompactPayloadIDSet();
    }

    /**
     * Checks an id and encodes it. For implementations of this interface.
     *
     * @param id the id
     * @return its UTF-8 bytes
     * @throws IllegalArgumentException if it is empty, too long, holds a control character or is no well-formed Unicode
     */
    static byte[] encode(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(String.format(
                        "Expected a payload id without control characters, found U+%04X at index %d", (int) c, i));
            }
            if (Character.isHighSurrogate(c) && i + 1 < id.length() && Character.isLowSurrogate(id.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(String.format(
                        "Expected a payload id of well-formed Unicode, found a lone surrogate at index %d", i));
            }
        }
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        if (utf8.length == 0 || utf8.length > MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "Expected a payload id of 1 to " + MAX_ID_BYTES + " bytes of UTF-8, found " + utf8.length);
        }
        return utf8;
    }
}
