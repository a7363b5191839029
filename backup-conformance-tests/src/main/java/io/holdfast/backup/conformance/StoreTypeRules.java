package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import org.junit.jupiter.api.Test;

/** What a store is. */
abstract class StoreTypeRules {
    @Test
    @Rule("A1")
    void the_store_is_recognised_by_its_type(StoreBench bench) throws Exception {
        Backupable store = bench.open();
        Expect.that(Backupable.of(store) == store, "Backupable.of returned another store", "the same one");
    }
}
