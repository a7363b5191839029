package io.holdfast.backup.core.ids;

import java.nio.file.Path;

/**
 * Where payload ids go that are too many for memory. Immutable.
 *
 * @param directory where temporary files may be, which are as large as the ids, compressed, and up to twice that for a while; made
 *     when it is not there. They hold payload ids as they are, unencrypted
 * @param heapBytes how many bytes of heap the ids of one backup may take before they go to files, about; at least 1 MiB
 */
public record IdSpill(Path directory, long heapBytes) {
    /** The smallest bound. */
    public static final long LEAST_HEAP_BYTES = 1L << 20;

    /** The bound that is used where nobody sets one: 32 MiB. */
    public static final long DEFAULT_HEAP_BYTES = 1L << 25;

    public IdSpill {
        if (heapBytes < LEAST_HEAP_BYTES) {
            throw new IllegalArgumentException(
                    "Expected at least " + LEAST_HEAP_BYTES + " bytes of heap for payload ids, found " + heapBytes);
        }
    }

    /** Returns the directory {@code holdfast} in that of the JVM's temporary files, and 32 MiB. */
    public static IdSpill standard() {
        return new IdSpill(Path.of(System.getProperty("java.io.tmpdir"), "holdfast"), DEFAULT_HEAP_BYTES);
    }
}
