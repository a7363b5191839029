package io.holdfast.backup.core.snapshot;

/**
 * The bounds of what a {@link CheckpointTar} writes, and of what it accepts. Names take heap: about 300 bytes an entry.
 *
 * @param maxEntries the greatest number of files and directories, 1 to 10 million
 * @param maxFileBytes the greatest size of one file, 1 or more
 * @param maxTotalBytes the greatest size of all files together, 1 or more
 * @param maxPathBytes the longest path in bytes of UTF-8, 1 to 4,096
 * @param maxDepth the most names in a path, 1 to 256
 */
public record TarLimits(int maxEntries, long maxFileBytes, long maxTotalBytes, int maxPathBytes, int maxDepth) {
    /** 100,000 entries, 1 TiB a file, 16 TiB in all, paths of 1,024 bytes and 32 names. */
    public static final TarLimits DEFAULT = new TarLimits(100_000, 1L << 40, 1L << 44, 1_024, 32);

    /**
     * Creates limits.
     *
     * @throws IllegalArgumentException if one is out of its bounds
     */
    public TarLimits {
        requireRange("maxEntries", maxEntries, 10_000_000);
        requireRange("maxFileBytes", maxFileBytes, Long.MAX_VALUE);
        requireRange("maxTotalBytes", maxTotalBytes, Long.MAX_VALUE);
        requireRange("maxPathBytes", maxPathBytes, 4_096);
        requireRange("maxDepth", maxDepth, 256);
    }

    private static void requireRange(String name, long value, long greatest) {
        if (value < 1 || value > greatest) {
            throw new IllegalArgumentException("Expected " + name + " of 1 to " + greatest + ", found " + value);
        }
    }

    /** Returns these limits with another number of entries. */
    public TarLimits withMaxEntries(int entries) {
        return new TarLimits(entries, maxFileBytes, maxTotalBytes, maxPathBytes, maxDepth);
    }

    /** Returns these limits with another size of one file. */
    public TarLimits withMaxFileBytes(long bytes) {
        return new TarLimits(maxEntries, bytes, maxTotalBytes, maxPathBytes, maxDepth);
    }

    /** Returns these limits with another size of all files together. */
    public TarLimits withMaxTotalBytes(long bytes) {
        return new TarLimits(maxEntries, maxFileBytes, bytes, maxPathBytes, maxDepth);
    }

    /** Returns these limits with another length of paths. */
    public TarLimits withMaxPathBytes(int bytes) {
        return new TarLimits(maxEntries, maxFileBytes, maxTotalBytes, bytes, maxDepth);
    }

    /** Returns these limits with another depth of paths. */
    public TarLimits withMaxDepth(int names) {
        return new TarLimits(maxEntries, maxFileBytes, maxTotalBytes, maxPathBytes, names);
    }
}
