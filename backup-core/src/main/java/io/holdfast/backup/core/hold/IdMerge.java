package io.holdfast.backup.core.hold;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/** Merges sorted lists into one, with each id once. Owns its sources. */
final class IdMerge implements AutoCloseable {
    private final List<IdSource> sources;
    private final PriorityQueue<IdSource> queue =
            new PriorityQueue<>((a, b) -> Arrays.compareUnsigned(a.current(), b.current()));
    private byte[] current = {};
    private boolean begun;

    IdMerge(List<IdSource> sources) {
        this.sources = new ArrayList<>(sources);
    }

    byte[] current() {
        return current;
    }

    boolean next() throws IOException {
        if (!begun) {
            begun = true;
            for (IdSource source : sources) {
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

    private void advance(IdSource source) throws IOException {
        if (source.next()) {
            queue.add(source);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (IdSource source : sources) {
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
