package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Where one test works with stores. Thread-safe as far as the stores are. */
final class StoreBench implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StoreBench.class.getPackageName());

    private final BackupableConformance<Backupable> suite;
    private final List<Object> opened = Collections.synchronizedList(new ArrayList<>());
    private final Crew crew;

    @SuppressWarnings("unchecked") // A store is only ever given to the suite that opened it.
    StoreBench(BackupableConformance<?> suite) {
        this.suite = (BackupableConformance<Backupable>) suite;
        this.crew = new Crew(suite.profile().patience());
    }

    BackupableConformance<Backupable> suite() {
        return suite;
    }

    Profile profile() {
        return suite.profile();
    }

    Crew crew() {
        return crew;
    }

    Backupable open() throws Exception {
        Backupable store = suite.openStore();
        opened.add(store);
        return store;
    }

    /** Closes a store before the test ends, for tests that open many. */
    void done(Backupable store) {
        if (opened.remove(store)) {
            closeLogged(store);
        }
    }

    /** Opens a store and makes the changes 1 to count. */
    Backupable filled(int count) throws Exception {
        Backupable store = open();
        for (int number = 1; number <= count; number++) {
            suite.change(store, number);
        }
        return store;
    }

    List<String> contents(Backupable store) throws Exception {
        return suite.contents(store).stream().sorted().toList();
    }

    NavigableSet<String> ids(Backupable store) throws Exception {
        return new TreeSet<>(suite.payloadIds(store));
    }

    Snapshot backUp(Backupable store) throws Exception {
        return backUp(store, new StoreContext(), (from, to) -> {});
    }

    Snapshot backUp(Backupable store, StoreContext context, SnapshotOutput.Tap tap) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SnapshotOutput out = SnapshotOutput.to(bytes, context, tap);
        PayloadIDSet ids = store.backup(out, context);
        Expect.that(!out.isClosed(), "backup closed the stream that it was given", "it stays open");
        Expect.that(ids != null, "backup returned null", "a set of payload ids, empty if there are none");
        NavigableSet<String> copy = new TreeSet<>();
        ids.forEach(copy::add);
        Expect.same((long) copy.size(), ids.size(), "the number of different ids in the set that was returned");
        return new Snapshot(bytes.toByteArray(), Collections.unmodifiableNavigableSet(copy));
    }

    void restore(Backupable store, byte[] bytes) throws Exception {
        restore(store, bytes, Integer.MAX_VALUE, new StoreContext(), position -> {});
    }

    void restore(Backupable store, byte[] bytes, int most, StoreContext context, SnapshotInput.Tap tap)
            throws Exception {
        SnapshotInput in = new SnapshotInput(bytes, most, context, tap);
        store.restore(in, context);
        Expect.that(!in.isClosed(), "restore closed the stream that it was given", "it stays open");
    }

    /** Restores into a fresh store. */
    Backupable restored(byte[] bytes) throws Exception {
        Backupable store = open();
        restore(store, bytes);
        return store;
    }

    void expectContents(Backupable store, List<String> wanted, String what) throws Exception {
        List<String> found = contents(store);
        if (found.equals(wanted)) {
            return;
        }
        List<String> missing = new ArrayList<>(wanted);
        found.forEach(missing::remove);
        List<String> added = new ArrayList<>(found);
        wanted.forEach(added::remove);
        throw Expect.failure(
                what + " has " + found.size() + " entries; missing are " + few(missing) + ", not expected "
                        + few(added),
                "the " + wanted.size() + " entries that were there");
    }

    void expectEmpty(Backupable store, String what) throws Exception {
        expectContents(store, List.of(), what);
    }

    /** Expects that the store goes on as if nothing had been: its contents, its next change, its next backup. */
    void expectServesOn(Backupable store, int changes, List<String> wanted, String after) throws Exception {
        expectReleased(store, after);
        expectContents(store, wanted, "the store after " + after);
        crew.soon("a change after " + after, () -> suite.change(store, changes + 1));
        List<String> changed = contents(store);
        Backupable copy = restored(backUp(store).bytes());
        expectContents(copy, changed, "what was backed up and restored after " + after);
        done(copy);
    }

    void expectReleased(Backupable store, String after) {
        OptionalInt held = suite.heldSnapshots(store);
        Expect.that(
                held.orElse(0) == 0,
                "the store holds " + held.orElse(0) + " snapshots or temporary files after " + after,
                "none");
    }

    /** Returns at most so many numbers from 0 to below the end: both edges, and evenly in between. */
    List<Integer> samples(int end) {
        int most = profile().samples();
        TreeSet<Integer> chosen = new TreeSet<>();
        for (int i = 0; i < Math.min(most, end); i++) {
            chosen.add((int) ((long) i * end / Math.min(most, end)));
        }
        for (int i = 0; i < Math.min(most / 4, end); i++) {
            chosen.add(i);
            chosen.add(end - 1 - i);
        }
        return List.copyOf(chosen);
    }

    private static String few(List<String> entries) {
        return entries.size() <= 3
                ? entries.toString()
                : entries.subList(0, 3) + " and " + (entries.size() - 3) + " more";
    }

    @Override
    public void close() {
        crew.close();
        List<Object> closing = new ArrayList<>(opened);
        Collections.reverse(closing);
        closing.forEach(StoreBench::closeLogged);
    }

    private static void closeLogged(Object store) {
        if (store instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                // The test has its result; what a broken store does while it is cleared away must not replace it.
                LOG.log(Logger.Level.DEBUG, "Clearing away after a test failed", e);
            }
        }
    }
}
