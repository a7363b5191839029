package io.holdfast.examples.collector;

import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.hold.HeldIds;
import io.holdfast.backup.core.hold.HoldSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;

/** Deletes the blocks that neither the live store nor a backup refers to. */
public final class BlockCollector {
    private static final int BATCH = 1000;

    private final BlockDirectory blocks;
    private final Supplier<SortedSet<String>> live;
    private final BackupHold hold;

    /**
     * Creates a collector.
     *
     * @param blocks the blocks
     * @param live asks the live store which blocks it refers to
     * @param hold knows which blocks backups need
     */
    public BlockCollector(BlockDirectory blocks, Supplier<SortedSet<String>> live, BackupHold hold) {
        this.blocks = blocks;
        this.live = live;
        this.hold = hold;
    }

    /**
     * Collects once.
     *
     * @return the ids of the blocks that were deleted
     * @throws IOException if a block cannot be listed or deleted
     * @throws io.holdfast.backup.BackupException with {@code hold_unavailable} if it cannot be told what backups need: what was
     *     not deleted by then stays until the next collection
     */
    public List<String> collect() throws IOException {
        // The order of these four steps is what makes it safe.
        // snippet: order
        HoldSession session = hold.begin();
        List<String> candidates = blocks.list();
        SortedSet<String> referred = live.get();
        List<String> garbage;
        try (HeldIds held = session.sortedIds()) {
            garbage = garbage(candidates, referred, held);
        }
        for (int from = 0; from < garbage.size(); from += BATCH) {
            session.check();
            for (String block : garbage.subList(from, Math.min(from + BATCH, garbage.size()))) {
                blocks.delete(block);
            }
        }
        // end
        return garbage;
    }

    // snippet: join
    /** Walks through both lists side by side: neither of them has to fit into memory. */
    private static List<String> garbage(List<String> candidates, SortedSet<String> referred, Iterator<String> held) {
        List<String> garbage = new ArrayList<>();
        String next = held.hasNext() ? held.next() : "";
        for (String block : candidates) {
            while (!next.isEmpty() && next.compareTo(block) < 0) {
                next = held.hasNext() ? held.next() : "";
            }
            if (!next.equals(block) && !referred.contains(block)) {
                garbage.add(block);
            }
        }
        // Only the end of the list proves that it was whole.
        held.forEachRemaining(id -> {});
        return garbage;
    }
    // end
}
