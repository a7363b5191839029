package io.holdfast.backup.destination.s3;

/**
 * How an object of unknown size is cut into parts. A pure function of where a part begins.
 *
 * <p>With <i>p</i> the first part size, <i>f</i> the most parts in flight, <i>m</i> the memory and <i>n</i> the most parts:
 *
 * <pre>
 *   a part that begins at offset x has    s(x) = min(m, max(p, x / (n * 0.064)))    rounded up to a segment
 *   of such parts memory holds            h(s) = max(min(m / s, 2), min(m / 2 / s, f + 1)), at least 1
 *   of which are in flight                h(s) - 1 while the next one fills; with h = 1, it is sent before the next one fills
 * </pre>
 *
 * With 8 MiB, 4 in flight, 128 MiB and 10,000 parts: parts of 8 MiB up to 5 GiB, then each is a 640th of all that came
 * before it, 16 MiB at 10 GiB, 32 MiB at 20 GiB, 128 MiB from 80 GiB on. Memory is 40 MiB up to 5 GiB, 64 MiB up to 20 GiB,
 * 128 MiB beyond; 1 TiB takes fewer than 10,000 parts.
 *
 * @param partSize the size of the first parts
 * @param partsInFlight the most parts that are sent at once
 * @param memory the most bytes that are held
 * @param maxParts the most parts of an object
 */
record PartPlan(long partSize, int partsInFlight, long memory, int maxParts) {
    /** What the protocol allows. */
    static final int MAX_PARTS = 10_000;

    /** What the protocol allows, for all parts but the last. */
    static final long MIN_PART_SIZE = 5L << 20;

    /** What is fetched at once at most when reading; larger requests gain nothing. */
    private static final long MAX_RANGE = 8L << 20;

    /** Returns the size of the part that begins at this offset. */
    long sizeAt(long offset) {
        long share = offset / Math.max(1, maxParts * 8L / 125);
        long wanted = Math.min(memory, Math.max(partSize, share));
        long whole = (wanted + Segments.SEGMENT_SIZE - 1) / Segments.SEGMENT_SIZE * Segments.SEGMENT_SIZE;
        return wanted == partSize || whole > memory ? wanted : whole;
    }

    /** Returns how many parts of this size memory may hold, the one that fills among them. */
    int heldOf(long size) {
        long atLeast = Math.min(2, memory / size);
        long usual = Math.min(memory / 2 / size, partsInFlight + 1L);
        return (int) Math.max(1, Math.max(atLeast, usual));
    }

    /** Returns the size of the largest object that can be written. */
    long capacity() {
        long offset = 0;
        for (int part = 0; part < maxParts; part++) {
            offset += sizeAt(offset);
        }
        return offset;
    }

    /** Returns how many bytes a reader fetches at once. */
    long rangeSize() {
        return Math.min(partSize, MAX_RANGE);
    }

    /** Returns how many ranges a reader holds, the one that is consumed among them. */
    int heldRanges() {
        return (int) Math.max(1, Math.min(memory / rangeSize(), partsInFlight + 1L));
    }
}
