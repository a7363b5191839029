package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.Backupable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that is cancelled ends, whenever that is, and leaves the store as it was. */
abstract class StoreCancelRules {
    private static final int CHANGES = 50;

    @Test
    @Rule("A5")
    void a_backup_that_is_cancelled_before_it_begins_ends(StoreBench bench) throws Exception {
        Backupable store = bench.filled(CHANGES);
        List<String> wanted = bench.contents(store);
        StoreContext context = new StoreContext();
        context.cancel();
        bench.crew()
                .soon(
                        "a backup that is cancelled before it begins",
                        () -> expectAborted(
                                "a backup that was cancelled before it began",
                                () -> bench.backUp(store, context, (from, to) -> {})));
        bench.expectServesOn(store, CHANGES, wanted, "a backup that was cancelled before it began");
    }

    @Test
    @Rule("A5")
    void a_backup_that_is_cancelled_under_way_ends(StoreBench bench) throws Exception {
        Backupable store = bench.filled(CHANGES);
        List<String> wanted = bench.contents(store);
        int size = bench.backUp(store).bytes().length;
        for (int at : bench.samples(size)) {
            StoreContext context = new StoreContext();
            bench.crew()
                    .soon(
                            "a backup that is cancelled",
                            () -> expectAborted(
                                    "a backup that was cancelled after " + at + " of " + size + " bytes",
                                    () -> bench.backUp(store, context, (from, to) -> {
                                        if (to > at) {
                                            context.cancel();
                                            context.checkCancelled();
                                        }
                                    })));
            bench.expectReleased(store, "a backup that was cancelled");
        }
        bench.expectServesOn(store, CHANGES, wanted, "backups that were cancelled");
    }

    @Test
    @Rule("A5")
    void a_backup_that_is_cancelled_at_its_end_ends_either_way(StoreBench bench) throws Exception {
        Backupable store = bench.filled(CHANGES);
        List<String> wanted = bench.contents(store);
        int size = bench.backUp(store).bytes().length;
        StoreContext context = new StoreContext();
        try {
            bench.backUp(store, context, (from, to) -> {
                if (to >= size) {
                    context.cancel();
                }
            });
        } catch (BackupAbortedException e) {
            Expect.that(true, "it ended with " + e, "an end or an abort");
        }
        bench.expectServesOn(store, CHANGES, wanted, "a backup that was cancelled at its end");
    }

    @Test
    @Rule("A5")
    void a_restore_that_is_cancelled_ends_and_keeps_nothing(StoreBench bench) throws Exception {
        Backupable source = bench.filled(CHANGES);
        byte[] bytes = bench.backUp(source).bytes();
        Backupable target = bench.open();
        for (int at : bench.samples(bytes.length + 1)) {
            StoreContext context = new StoreContext();
            bench.crew()
                    .soon(
                            "a restore that is cancelled",
                            () -> expectAborted(
                                    "a restore that was cancelled at byte " + at + " of " + bytes.length,
                                    () -> bench.restore(
                                            target, bytes, at == 0 ? bytes.length : at, context, position -> {
                                                if (position >= at) {
                                                    context.cancel();
                                                    context.checkCancelled();
                                                }
                                            })));
        }
        bench.expectEmpty(target, "the target of restores that were cancelled");
        bench.expectReleased(target, "restores that were cancelled");
        bench.restore(target, bytes);
        bench.expectContents(target, bench.contents(source), "a restore after others were cancelled");
    }

    private static void expectAborted(String doing, Expect.Action action) {
        Expect.thrown(BackupAbortedException.class, doing, action);
    }
}
