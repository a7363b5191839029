package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** How much heap a backup and a restore of a big store take, besides the store's own data. */
abstract class StoreMemoryRules {
    private static final long NOISE = 1 << 20;

    @Test
    @Rule("A5")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void a_backup_keeps_to_its_bound(StoreBench bench) throws Exception {
        long allowed = allowed(bench);
        Backupable store = bench.open();
        bench.suite().grow(store);
        long size = sizeOf(store);
        requireBig(size, allowed);
        long before = ProcessState.heap();
        List<Long> growths = new ArrayList<>();
        StoreContext context = new StoreContext();
        store.backup(
                SnapshotOutput.toNowhere(context, (from, to) -> {
                    for (long mark : List.of(1L, size / 2, size * 9 / 10)) {
                        if (from < mark && to >= mark) {
                            growths.add(ProcessState.heap() - before);
                        }
                    }
                }),
                context);
        expectBounded("a backup of " + size + " bytes", growths, allowed);
    }

    @Test
    @Rule("A5")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void a_restore_keeps_to_its_bound(StoreBench bench) throws Exception {
        long allowed = allowed(bench);
        Backupable source = bench.open();
        bench.suite().grow(source);
        byte[] bytes = bench.backUp(source).bytes();
        requireBig(bytes.length, allowed);
        bench.done(source);
        Backupable target = bench.open();
        long before = ProcessState.heap();
        List<Long> growths = new ArrayList<>();
        bench.restore(target, bytes, 64 * 1024, new StoreContext(), position -> {
            if (position > bytes.length * 9L / 10 && growths.isEmpty()) {
                growths.add(ProcessState.heap() - before);
            }
        });
        // A store that keeps its data in memory has it there; that is no waste of the restore.
        long kept = Math.max(0, ProcessState.heap() - before);
        expectBounded("a restore of " + bytes.length + " bytes", growths, allowed + kept);
    }

    private static long allowed(StoreBench bench) {
        OptionalLong bound = bench.suite().memoryBound();
        return bound.orElseThrow(() -> new Untestable("no bound is stated; override memoryBound")) + NOISE;
    }

    private static long sizeOf(Backupable store) throws Exception {
        StoreContext context = new StoreContext();
        SnapshotOutput out = SnapshotOutput.toNowhere(context, (from, to) -> {});
        store.backup(out, context);
        return out.count();
    }

    private static void requireBig(long size, long allowed) {
        if (size < 3 * allowed) {
            throw new Untestable("the big store's snapshot has " + size + " bytes, fewer than three times the bound of "
                    + allowed + "; override grow");
        }
    }

    private static void expectBounded(String what, List<Long> growths, long allowed) {
        Expect.that(!growths.isEmpty(), what + " moved all its bytes in one call", "pieces");
        growths.forEach(growth ->
                Expect.that(growth <= allowed, what + " took " + growth + " bytes of heap", "at most " + allowed));
    }
}
