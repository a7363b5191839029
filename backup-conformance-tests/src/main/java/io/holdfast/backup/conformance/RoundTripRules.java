package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What was backed up comes back, with exactly the ids that it refers to. */
abstract class RoundTripRules {
    @Test
    @Rule("A2")
    void what_was_backed_up_comes_back(StoreBench bench) throws Exception {
        for (int changes :
                List.of(1, 2, 7, bench.profile().changes(), bench.profile().listed())) {
            Backupable store = bench.filled(changes);
            List<String> wanted = bench.contents(store);
            Expect.that(
                    changes < 7 || !wanted.isEmpty(), "the store is empty after " + changes + " changes", "entries");
            Backupable restored = bench.restored(bench.backUp(store).bytes());
            bench.expectContents(restored, wanted, "the restored store of " + changes + " changes");
            bench.expectContents(store, wanted, "the store that was backed up");
        }
    }

    @Test
    @Rule("A2")
    void an_empty_store_comes_back_empty(StoreBench bench) throws Exception {
        Snapshot snapshot = bench.backUp(bench.open());
        Expect.that(
                snapshot.bytes().length > 0, "the snapshot of an empty store has no byte", "a header or an end mark");
        Expect.same(snapshot.ids(), new TreeSet<String>(), "the set of ids of an empty store");
        Backupable restored = bench.restored(snapshot.bytes());
        bench.expectEmpty(restored, "the restored empty store");
        bench.suite().change(restored, 1);
    }

    @Test
    @Rule("A2")
    void the_ids_are_those_that_the_restored_store_refers_to(StoreBench bench) throws Exception {
        for (int changes :
                List.of(1, 3, 10, bench.profile().changes(), bench.profile().listed())) {
            Snapshot snapshot = bench.backUp(bench.filled(changes));
            expectIds(bench, snapshot, bench.restored(snapshot.bytes()), "a backup after " + changes + " changes");
        }
    }

    /** Expects that the ids of a snapshot are those of the store that was restored from it, in both directions. */
    static void expectIds(StoreBench bench, Snapshot snapshot, Backupable restored, String what) throws Exception {
        NavigableSet<String> needed = bench.ids(restored);
        NavigableSet<String> missing = new TreeSet<>(needed);
        missing.removeAll(snapshot.ids());
        Expect.that(
                missing.isEmpty(),
                what + " returned " + snapshot.ids().size() + " ids; " + missing.size()
                        + " that the restored store refers to are not among them, such as "
                        + missing.stream().findFirst().orElse(""),
                "all " + needed.size());
        NavigableSet<String> added = new TreeSet<>(snapshot.ids());
        added.removeAll(needed);
        Expect.that(
                added.isEmpty(),
                what + " returned " + snapshot.ids().size() + " ids; the restored store does not refer to "
                        + added.size() + " of them, such as "
                        + added.stream().findFirst().orElse(""),
                "the " + needed.size() + " of the snapshot and no other");
    }

    @Test
    @Rule("A2")
    void a_restored_store_is_as_good_as_the_first(StoreBench bench) throws Exception {
        int changes = bench.profile().changes();
        Backupable first = bench.filled(changes);
        Backupable second = bench.restored(bench.backUp(first).bytes());
        for (int number = changes + 1; number <= changes + 10; number++) {
            bench.suite().change(first, number);
            bench.suite().change(second, number);
        }
        List<String> wanted = bench.contents(first);
        bench.expectContents(second, wanted, "the restored store after the same changes");
        Snapshot again = bench.backUp(second);
        Backupable third = bench.restored(again.bytes());
        bench.expectContents(third, wanted, "what was backed up from a restored store");
        expectIds(bench, again, third, "a backup of a restored store");
    }

    @Test
    @Rule("A2")
    void every_backup_of_a_store_holds_all_of_it(StoreBench bench) throws Exception {
        Backupable store = bench.filled(10);
        for (int number = 11; number <= 20; number++) {
            Snapshot snapshot = bench.backUp(store);
            bench.expectReleased(store, "a backup");
            Backupable restored = bench.restored(snapshot.bytes());
            bench.expectContents(restored, bench.contents(store), "what one of several backups in a row holds");
            expectIds(bench, snapshot, restored, "one of several backups in a row");
            bench.done(restored);
            bench.suite().change(store, number);
        }
    }

    @Test
    @Rule("A2")
    void a_stream_that_hands_out_single_bytes_is_read_to_its_end(StoreBench bench) throws Exception {
        Backupable store = bench.filled(Math.min(100, bench.profile().changes()));
        byte[] bytes = bench.backUp(store).bytes();
        for (int most : List.of(1, 7)) {
            Backupable restored = bench.open();
            bench.restore(restored, bytes, most, new StoreContext(), position -> {});
            bench.expectContents(
                    restored, bench.contents(store), "a store that was given at most " + most + " bytes at once");
        }
    }
}
