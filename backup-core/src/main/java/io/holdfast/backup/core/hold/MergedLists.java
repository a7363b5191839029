package io.holdfast.backup.core.hold;

import io.holdfast.backup.core.ids.IdCursor;
import io.holdfast.backup.core.ids.IdMerge;
import io.holdfast.backup.core.ids.IdRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Merges any number of lists with few of them open at once: too many are first merged into temporary files, group by group. */
final class MergedLists implements AutoCloseable {
    private static final int FAN_IN = 32;

    private final Path temporary;
    private final List<IdRun> runs = new ArrayList<>();
    private final Deque<Opener> pending = new ArrayDeque<>();
    private IdMerge merge = new IdMerge(List.of());

    private MergedLists(Path temporary) {
        this.temporary = temporary;
    }

    /** Opens a list, unless all who need it are gone. */
    private interface Opener {
        Optional<IdCursor> open() throws IOException;
    }

    static MergedLists open(List<HeldList> lists, Path temporary) throws IOException {
        MergedLists merged = new MergedLists(temporary);
        try {
            lists.forEach(list -> merged.pending.add(list::open));
            while (merged.pending.size() > FAN_IN) {
                merged.spill();
            }
            merged.merge = merged.openPending();
            return merged;
        } catch (IOException | RuntimeException e) {
            try {
                merged.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    boolean next() throws IOException {
        return merge.next();
    }

    byte[] current() {
        return merge.current();
    }

    private IdMerge openPending() throws IOException {
        List<IdCursor> sources = new ArrayList<>();
        try {
            for (int i = 0; i < FAN_IN && !pending.isEmpty(); i++) {
                pending.remove().open().ifPresent(sources::add);
            }
            return new IdMerge(sources);
        } catch (IOException | RuntimeException e) {
            try (IdMerge opened = new IdMerge(sources)) {
                throw e;
            }
        }
    }

    /** Merges the first lists that are pending into a file, which is pending then as the last one. */
    private void spill() throws IOException {
        try (IdMerge group = openPending()) {
            IdRun run = IdRun.write(temporary, group, bytes -> {});
            runs.add(run);
            pending.add(() -> Optional.of(run.open()));
        }
    }

    @Override
    public void close() throws IOException {
        try (IdMerge open = merge) {
            merge = new IdMerge(List.of());
        } finally {
            while (!runs.isEmpty()) {
                runs.remove(runs.size() - 1).close();
            }
        }
    }
}
