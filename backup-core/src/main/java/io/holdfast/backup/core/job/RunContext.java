package io.holdfast.backup.core.job;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.ids.SpillingPayloadIDSet;
import io.holdfast.backup.core.manifest.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The services of one run, as its store sees them, and what the store told. Safe for use by several threads. Whoever ends the run
 * closes it: then the sets of payload ids that it gave are gone.
 */
public final class RunContext implements BackupContext, AutoCloseable {
    private final Clock clock;
    private final Cancellation cancellation;
    private final IdSpill spill;
    private final List<SpillingPayloadIDSet> sets = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    private final AtomicLong resumptions = new AtomicLong();
    private final SortedMap<String, String> engineMetadata = new TreeMap<>();
    private volatile long done = -1;
    private volatile long total = -1;

    /**
     * Creates the services of a run.
     *
     * @param clock the run's clock
     * @param cancellation ends the run
     * @param spill where payload ids go that are too many for memory
     */
    public RunContext(Clock clock, Cancellation cancellation, IdSpill spill) {
        this.clock = clock;
        this.cancellation = cancellation;
        this.spill = spill;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void checkCancelled() {
        cancellation.check();
    }

    @Override
    public void progress(long unitsDone, long unitsTotal) {
        done = unitsDone;
        total = unitsTotal;
    }

    @Override
    public void engineMetadata(String key, String value) {
        Attributes.requireValid(key, value);
        synchronized (engineMetadata) {
            if (engineMetadata.size() == Attributes.MAX_ENTRIES && !engineMetadata.containsKey(key)) {
                throw new IllegalArgumentException(
                        "Expected at most " + Attributes.MAX_ENTRIES + " entries of engine metadata, found one more");
            }
            engineMetadata.put(key, value);
        }
    }

    @Override
    public PayloadIDSet newPayloadIDSet() {
        SpillingPayloadIDSet set = new SpillingPayloadIDSet(spill, this::spilled);
        synchronized (sets) {
            sets.add(set);
        }
        return set;
    }

    /** Going to a file may take long: it is a move, and an occasion to stop. */
    private void spilled(long count) {
        cancellation.check();
        moved(count);
    }

    /** Returns a copy of what the store said about its engine. */
    public SortedMap<String, String> engineMetadata() {
        synchronized (engineMetadata) {
            return new TreeMap<>(engineMetadata);
        }
    }

    /**
     * Counts plain bytes that have passed.
     *
     * @param count how many more
     */
    public void passed(long count) {
        bytes.addAndGet(count);
    }

    /**
     * Counts bytes that have passed and are none of the snapshot's, such as those of payload ids.
     *
     * @param count how many more
     */
    public void moved(long count) {
        others.addAndGet(count);
    }

    /** Counts a broken download that goes on. */
    public void resumed() {
        resumptions.incrementAndGet();
    }

    /** Returns how many bytes have passed in all: a run in which this stands still moves nothing. */
    public long movedBytes() {
        return bytes.get() + others.get();
    }

    /** Removes the temporary files of the payload ids. Closing twice does nothing more. */
    @Override
    public void close() {
        synchronized (sets) {
            sets.forEach(SpillingPayloadIDSet::close);
            sets.clear();
        }
    }

    /** Returns how far the run is. */
    public Progress progress() {
        return new Progress(bytes.get(), done, total, resumptions.get());
    }
}
