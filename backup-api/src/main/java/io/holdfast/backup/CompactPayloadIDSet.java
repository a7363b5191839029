package io.holdfast.backup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Ids as UTF-8 in large chunks, found through an open-addressing table of 4-byte references: about 50 bytes for an id of 36
 * characters, all told.
 *
 * <p>An entry is a 2-byte length and the bytes, padded to 4 bytes; a reference is the entry's offset divided by 4, plus 1
 * (0 is a free slot), read as an unsigned number.
 */
final class CompactPayloadIDSet implements PayloadIDSet {
    private static final int CHUNK_BITS = 18;
    private static final int CHUNK_BYTES = 1 << CHUNK_BITS;
    /** One less than there are references for: the last entry of one more chunk would be 2^32, which is a free slot. */
    private static final int MAX_CHUNKS = (1 << (34 - CHUNK_BITS)) - 1;

    private final SeededHash hash = SeededHash.random();
    private final List<byte[]> chunks = new ArrayList<>();
    private long used;
    private int[] table = new int[64];
    private int size;

    @Override
    public void add(String id) {
        byte[] utf8 = PayloadIDSet.encode(id);
        int slot = slotOf(utf8);
        if (table[slot] != 0) {
            return;
        }
        if (4L * (size + 1) > 3L * table.length) {
            grow();
            slot = slotOf(utf8);
        }
        table[slot] = append(utf8);
        size++;
    }

    @Override
    public boolean contains(String id) {
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        if (utf8.length == 0 || utf8.length > MAX_ID_BYTES || !new String(utf8, StandardCharsets.UTF_8).equals(id)) {
            return false;
        }
        return table[slotOf(utf8)] != 0;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Iterator<String> iterator() {
        int referenceBits = Long.SIZE - Long.numberOfLeadingZeros((used >>> 2) + 1);
        long[] numbers = sortedNumbers(referenceBits);
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < numbers.length;
            }

            @Override
            public String next() {
                if (next == numbers.length) {
                    throw new NoSuchElementException();
                }
                return decode(reference(numbers[next++], referenceBits));
            }
        };
    }

    private int slotOf(byte[] utf8) {
        int mask = table.length - 1;
        int slot = hash.of(utf8, 0, utf8.length) & mask;
        while (table[slot] != 0 && !holds(table[slot], utf8)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean holds(int reference, byte[] utf8) {
        byte[] chunk = chunkOf(reference);
        int at = offsetOf(reference);
        return lengthAt(chunk, at) == utf8.length
                && Arrays.equals(chunk, at + 2, at + 2 + utf8.length, utf8, 0, utf8.length);
    }

    private void grow() {
        if (table.length == 1 << 30) {
            throw new IllegalStateException("Too many ids for a set in memory: " + size);
        }
        int[] old = table;
        int[] grown = new int[old.length * 2];
        int mask = grown.length - 1;
        for (int reference : old) {
            if (reference != 0) {
                int slot = hashAt(reference) & mask;
                while (grown[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                grown[slot] = reference;
            }
        }
        table = grown;
    }

    private int append(byte[] utf8) {
        int entry = entryBytes(utf8.length);
        int at = (int) (used & (CHUNK_BYTES - 1));
        if (chunks.isEmpty() || at + entry > CHUNK_BYTES || at == 0) {
            if (chunks.size() == MAX_CHUNKS) {
                throw new IllegalStateException("Too many bytes of ids for a set in memory: " + used);
            }
            used = (long) chunks.size() << CHUNK_BITS;
            at = 0;
            chunks.add(new byte[CHUNK_BYTES]);
        }
        byte[] chunk = chunks.get(chunks.size() - 1);
        chunk[at] = (byte) (utf8.length >>> 8);
        chunk[at + 1] = (byte) utf8.length;
        System.arraycopy(utf8, 0, chunk, at + 2, utf8.length);
        int reference = (int) (used >>> 2) + 1;
        used += entry;
        return reference;
    }

    private static int entryBytes(int length) {
        return (2 + length + 3) & ~3;
    }

    private byte[] chunkOf(int reference) {
        return chunks.get((int) (byteOffset(reference) >>> CHUNK_BITS));
    }

    private static int offsetOf(int reference) {
        return (int) (byteOffset(reference) & (CHUNK_BYTES - 1));
    }

    private static long byteOffset(int reference) {
        return Integer.toUnsignedLong(reference - 1) << 2;
    }

    private static int lengthAt(byte[] chunk, int at) {
        return (chunk[at] & 0xff) << 8 | (chunk[at + 1] & 0xff);
    }

    private String decode(int reference) {
        byte[] chunk = chunkOf(reference);
        int at = offsetOf(reference);
        return new String(chunk, at + 2, lengthAt(chunk, at), StandardCharsets.UTF_8);
    }

    private int hashAt(int reference) {
        byte[] chunk = chunkOf(reference);
        int at = offsetOf(reference);
        return hash.of(chunk, at + 2, lengthAt(chunk, at));
    }

    /**
     * The references in the order of their ids, each in the low bits of a number. Numbers sort faster than references: in the high bits
     * are the first bytes in which ids differ, and only ids that agree in these are compared further.
     */
    private long[] sortedNumbers(int referenceBits) {
        int keyBytes = (Long.SIZE - 1 - referenceBits) / Byte.SIZE;
        int depth = depthSharedByAll();
        long[] numbers = new long[size];
        int n = 0;
        for (Entries entries = new Entries(); entries.next(); ) {
            numbers[n++] = (bytesAt(entries.reference(), depth, keyBytes) << referenceBits)
                    | Integer.toUnsignedLong(entries.reference());
        }
        Arrays.sort(numbers);
        for (int from = 0, to = 1; to <= n; to++) {
            if (to == n || numbers[from] >>> referenceBits != numbers[to] >>> referenceBits) {
                sortFurther(numbers, from, to, referenceBits, depth + keyBytes);
                from = to;
            }
        }
        return numbers;
    }

    private void sortFurther(long[] numbers, int from, int to, int referenceBits, int depth) {
        if (to - from < 2) {
            return;
        }
        int[] references = new int[to - from];
        for (int i = from; i < to; i++) {
            references[i - from] = reference(numbers[i], referenceBits);
        }
        sort(references, 0, references.length, depth);
        for (int i = from; i < to; i++) {
            numbers[i] = Integer.toUnsignedLong(references[i - from]);
        }
    }

    private static int reference(long number, int referenceBits) {
        return (int) (number & ((1L << referenceBits) - 1));
    }

    private int depthSharedByAll() {
        Entries entries = new Entries();
        if (!entries.next()) {
            return 0;
        }
        int first = entries.reference();
        int shared = lengthAt(chunkOf(first), offsetOf(first));
        while (shared > 0 && entries.next()) {
            shared = Math.min(shared, sharedDepth(first, entries.reference(), 0, shared));
        }
        return shared;
    }

    /** Goes through the references in the order of adding, which is faster than through the table. */
    private final class Entries {
        private int chunk;
        private int at;
        private int next;

        /** No id is empty: where a length is 0, nothing more was added to the chunk. */
        boolean next() {
            while (chunk < chunks.size()) {
                at = next;
                byte[] bytes = chunks.get(chunk);
                if (at + 2 <= CHUNK_BYTES && lengthAt(bytes, at) > 0) {
                    next = at + entryBytes(lengthAt(bytes, at));
                    return true;
                }
                chunk++;
                next = 0;
            }
            return false;
        }

        int reference() {
            return (int) ((((long) chunk << CHUNK_BITS) + at) >>> 2) + 1;
        }
    }

    /** These bytes as a number, the first one most significant; 0, which is in no id, behind the end. */
    private long bytesAt(int reference, int depth, int count) {
        byte[] chunk = chunkOf(reference);
        int from = offsetOf(reference) + 2 + depth;
        int end = offsetOf(reference) + 2 + lengthAt(chunk, offsetOf(reference));
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes = (bytes << Byte.SIZE) | (from + i < end ? chunk[from + i] & 0xff : 0);
        }
        return bytes;
    }

    /** Multikey quicksort (Bentley and Sedgewick, 1997): no object per id, and shared prefixes are compared once. */
    private void sort(int[] references, int from, int to, int depth) {
        int lo = from;
        int hi = to;
        int at = depth;
        while (hi - lo > 1) {
            int pivot = byteAt(references[(lo + hi) >>> 1], at);
            int less = lo;
            int greater = hi;
            for (int i = lo; i < greater; ) {
                int b = byteAt(references[i], at);
                if (b < pivot) {
                    swap(references, less++, i++);
                } else if (b > pivot) {
                    swap(references, i, --greater);
                } else {
                    i++;
                }
            }
            // The largest part goes on in this loop and each of the others is at most half, so the recursion stays
            // shallow.
            int largest = Math.max(greater - less, Math.max(less - lo, hi - greater));
            if (largest == greater - less) {
                sort(references, lo, less, at);
                sort(references, greater, hi, at);
                at = less == lo && greater == hi ? sharedDepth(references, lo, hi, at + 1) : at + 1;
                lo = less;
                hi = greater;
            } else if (largest == less - lo) {
                sort(references, less, greater, at + 1);
                sort(references, greater, hi, at);
                hi = less;
            } else {
                sort(references, lo, less, at);
                sort(references, less, greater, at + 1);
                lo = greater;
            }
        }
    }

    /** Up to where all these ids are the same: beginnings of a thousand bytes must not cost a thousand rounds. */
    private int sharedDepth(int[] references, int from, int to, int depth) {
        int shared = lengthAt(chunkOf(references[from]), offsetOf(references[from]));
        for (int i = from + 1; i < to && shared > depth; i++) {
            shared = sharedDepth(references[from], references[i], depth, shared);
        }
        return shared;
    }

    /** Up to where two ids are the same that are so up to a depth, and no further than asked. */
    private int sharedDepth(int one, int other, int depth, int most) {
        byte[] first = chunkOf(one);
        byte[] second = chunkOf(other);
        int firstAt = offsetOf(one) + 2;
        int secondAt = offsetOf(other) + 2;
        int end = Math.min(most, lengthAt(second, secondAt - 2));
        int differs = Arrays.mismatch(first, firstAt + depth, firstAt + end, second, secondAt + depth, secondAt + end);
        return differs < 0 ? end : depth + differs;
    }

    /** The unsigned byte at this depth of an id, or -1 behind its end. */
    private int byteAt(int reference, int depth) {
        byte[] chunk = chunkOf(reference);
        int at = offsetOf(reference);
        return depth < lengthAt(chunk, at) ? chunk[at + 2 + depth] & 0xff : -1;
    }

    private static void swap(int[] references, int a, int b) {
        int kept = references[a];
        references[a] = references[b];
        references[b] = kept;
    }
}
