package io.holdfast.backup.core.ids;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/** Merges sorted ids into one order, with each id once. Owns what it merges. */
public final class IdMerge implements IdCursor {
    private final List<IdCursor> sources;
    private final PriorityQueue<IdCursor> queue =
            new PriorityQueue<>((a, b) -> Arrays.compareUnsigned(a.current(), b.current()));
    private byte[] current = {};
    private boolean begun;

    /**
     * Reads nothing yet.
     *
     * @param sources what is merged, and closed with this
     */
    public IdMerge(List<? extends IdCursor> sources) {
        this.sources = new ArrayList<>(sources);
    }

    @Override
    public byte[] current() {
        return current;
    }

    @Override
    public boolean next() throws IOException {
        if (!begun) {
            begun = true;
            for (IdCursor source : sources) {
                advance(source);
            }
        }
        // An id is never empty, so the first one differs.
        while (!queue.isEmpty() && Arrays.equals(queue.element().current(), current)) {
            advance(queue.remove());
        }
        if (queue.isEmpty()) {
            return false;
        }
        current = queue.element().current();
        return true;
    }

    private void advance(IdCursor source) throws IOException {
        if (source.next()) {
            queue.add(source);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (IdCursor source : sources) {
            try {
                source.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
