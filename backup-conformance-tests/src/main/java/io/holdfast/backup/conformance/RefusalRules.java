package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store with data takes no other data in. */
abstract class RefusalRules {
    @Test
    @Rule("A3")
    void a_store_with_data_refuses_another_snapshot_and_keeps_its_own(StoreBench bench) throws Exception {
        byte[] other = bench.backUp(bench.filled(40)).bytes();
        for (int changes : List.of(1, 2, 30)) {
            expectRefused(bench, bench.filled(changes), changes, other, "a snapshot of another store");
        }
    }

    @Test
    @Rule("A3")
    void a_store_with_data_refuses_the_snapshot_of_an_empty_store(StoreBench bench) throws Exception {
        byte[] empty = bench.backUp(bench.open()).bytes();
        expectRefused(bench, bench.filled(10), 10, empty, "the snapshot of an empty store");
    }

    @Test
    @Rule("A3")
    void a_store_refuses_a_second_restore(StoreBench bench) throws Exception {
        byte[] bytes = bench.backUp(bench.filled(10)).bytes();
        expectRefused(bench, bench.restored(bytes), 10, bytes, "the same snapshot again");
    }

    private static void expectRefused(StoreBench bench, Backupable store, int changes, byte[] bytes, String what)
            throws Exception {
        List<String> wanted = bench.contents(store);
        Expect.thrown(
                RestoreDestinationNotEmptyException.class,
                "restoring " + what + " into a store with " + wanted.size() + " entries",
                () -> bench.restore(store, bytes));
        bench.expectServesOn(store, changes, wanted, "it refused " + what);
    }
}
