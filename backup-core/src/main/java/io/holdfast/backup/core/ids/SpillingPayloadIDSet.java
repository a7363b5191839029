package io.holdfast.backup.core.ids;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A set of any size in a small heap: beyond the bound, the ids in memory go into a sorted run in a temporary file, and many runs into a
 * larger one. Used by one thread, which closes it; then the files are gone.
 *
 * <p>Once there are runs, {@link #contains} reads up to one frame of each, and {@link #size} reads everything, unless nothing was added
 * since it was read to the end. What fails at the files fails for good: a set that has lost ids must not be taken for a whole one. Every
 * method throws {@link BackupException} with {@link ErrorCode#SOURCE_UNAVAILABLE} then.
 */
public final class SpillingPayloadIDSet implements PayloadIDSet, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpillingPayloadIDSet.class);

    /** So many runs become one. It bounds open files and buffers: ten billion ids make fewer than a hundred runs. */
    private static final int FAN_IN = 32;

    /** What an id takes in memory besides its bytes: its length, padding, its place in the table. */
    private static final int OVERHEAD_BYTES = 16;

    private static final long UNKNOWN = -1;

    private final IdSpill spill;
    private final LongConsumer moved;
    private final List<List<IdRun>> levels = new ArrayList<>();
    private PayloadIDSet recent = PayloadIDSet.create();
    private long recentBytes;
    private long size = UNKNOWN;
    private long changes;
    private @Nullable BackupException failure;

    /**
     * Creates an empty set, which takes no file yet.
     *
     * @param spill where the files are, and how much may stay in memory
     * @param moved is told how many bytes went to a file, again and again; what it throws ends the call, and the set
     */
    public SpillingPayloadIDSet(IdSpill spill, LongConsumer moved) {
        this.spill = spill;
        this.moved = moved;
    }

    @Override
    public void add(String id) {
        requireWhole();
        long before = recent.size();
        recent.add(id);
        if (recent.size() == before) {
            return;
        }
        changes++;
        size = UNKNOWN;
        recentBytes += id.length() + OVERHEAD_BYTES;
        if (recentBytes >= spill.heapBytes()) {
            spillRecent();
        }
    }

    @Override
    public boolean contains(String id) {
        requireWhole();
        if (recent.contains(id)) {
            return true;
        }
        if (levels.isEmpty()) {
            return false;
        }
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8).equals(id)
                && orFail(() -> {
                    for (List<IdRun> runs : levels) {
                        for (IdRun run : runs) {
                            if (run.contains(utf8)) {
                                return true;
                            }
                        }
                    }
                    return false;
                });
    }

    @Override
    public long size() {
        requireWhole();
        if (levels.isEmpty()) {
            return recent.size();
        }
        if (size == UNKNOWN) {
            orFail(() -> {
                try (IdCursor all = cursor()) {
                    while (all.next()) {
                        // The end of the cursor knows the number.
                    }
                    return size;
                }
            });
        }
        return size;
    }

    @Override
    public Iterator<String> iterator() {
        return levels.isEmpty() && failure == null ? recent.iterator() : new OfCursor(cursor());
    }

    /** Goes through what is in the set now. Nobody needs to close it: its files are closed with the set. */
    IdCursor cursor() {
        requireWhole();
        List<IdCursor> sources = new ArrayList<>();
        levels.forEach(runs -> runs.forEach(run -> sources.add(run.open())));
        sources.add(new IdCursor.OfStrings(recent.iterator()));
        return new Counting(new IdMerge(sources), changes);
    }

    /** Removes the files. The set is of no use any more. Closing twice does nothing more. */
    @Override
    public void close() {
        if (failure == null) {
            failure = new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE, "Expected an open set of payload ids, found a closed one");
        }
        recent = PayloadIDSet.create();
        levels.forEach(runs -> runs.forEach(SpillingPayloadIDSet::closeQuietly));
        levels.clear();
    }

    private void spillRecent() {
        orFail(() -> {
            addRun(0, IdRun.write(spill.directory(), IdCursor.of(recent), moved));
            return true;
        });
        recent = PayloadIDSet.create();
        recentBytes = 0;
    }

    private void addRun(int level, IdRun run) throws IOException {
        if (level == levels.size()) {
            levels.add(new ArrayList<>());
        }
        List<IdRun> runs = levels.get(level);
        runs.add(run);
        if (runs.size() < FAN_IN) {
            return;
        }
        List<IdRun> merged = List.copyOf(runs);
        try (IdCursor all = new IdMerge(merged.stream().map(IdRun::open).toList())) {
            IdRun larger = IdRun.write(spill.directory(), all, moved);
            runs.clear();
            addRun(level + 1, larger);
        }
        for (IdRun old : merged) {
            old.retire();
        }
    }

    private void requireWhole() {
        if (failure != null) {
            throw new BackupException(failure.code(), failure.getMessage(), failure);
        }
    }

    /** Something that the files may refuse. */
    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T orFail(Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            BackupException told = new BackupException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "Payload ids could not be kept in temporary files in " + spill.directory()
                            + "; make room there, choose another directory, or allow them more heap: " + e,
                    e);
            failure = told;
            throw told;
        } catch (RuntimeException | Error e) {
            failure = new BackupException(ErrorCode.SOURCE_UNAVAILABLE, "The set of payload ids is not whole: " + e, e);
            throw e;
        }
    }

    private static void closeQuietly(IdRun run) {
        try {
            run.close();
        } catch (IOException e) {
            LOG.warn("event=temporary_file_left reason=\"{}\"", e.getMessage(), e);
        }
    }

    /** Knows the size of the set at the end, unless it has changed meanwhile. */
    private final class Counting implements IdCursor {
        private final IdMerge merge;
        private final long begun;
        private long count;

        Counting(IdMerge merge, long begun) {
            this.merge = merge;
            this.begun = begun;
        }

        @Override
        public boolean next() throws IOException {
            if (merge.next()) {
                count++;
                return true;
            }
            if (begun == changes) {
                size = count;
            }
            return false;
        }

        @Override
        public byte[] current() {
            return merge.current();
        }

        @Override
        public void close() throws IOException {
            merge.close();
        }
    }

    /** Decodes. */
    private final class OfCursor implements Iterator<String> {
        private final IdCursor cursor;
        private boolean ahead;
        private boolean ended;

        OfCursor(IdCursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean hasNext() {
            if (!ahead && !ended) {
                ahead = orFail(cursor::next);
                ended = !ahead;
            }
            return ahead;
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException("Expected another payload id, found the end");
            }
            ahead = false;
            return new String(cursor.current(), StandardCharsets.UTF_8);
        }
    }
}
