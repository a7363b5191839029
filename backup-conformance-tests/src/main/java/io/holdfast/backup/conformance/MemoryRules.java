package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.ObjectUpload;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** How much heap an upload and a read take. All bytes are zero, so that a store in memory can keep them cheaply. */
abstract class MemoryRules {
    private static final int CHUNK = 64 * 1024;
    private static final long NOISE = 1 << 20;

    @Test
    @Rule("D16")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void an_upload_keeps_to_its_bound(Bench bench) throws Exception {
        long allowed = allowed(bench);
        byte[] zeros = new byte[CHUNK];
        long before = ProcessState.heap();
        try (ObjectUpload upload = bench.destination().upload(bench.key("upload"))) {
            for (long written = 0; written < 3 * allowed; written += CHUNK) {
                upload.write(zeros);
            }
            expectGrowth("an upload of " + 3 * allowed + " bytes", before, allowed);
            upload.commit();
        }
    }

    @Test
    @Rule("D16")
    @ResourceLock(value = Resources.GLOBAL, mode = ResourceAccessMode.READ_WRITE)
    void a_read_keeps_to_its_bound(Bench bench) throws Exception {
        long allowed = allowed(bench);
        byte[] zeros = new byte[CHUNK];
        try (ObjectUpload upload = bench.destination().upload(bench.key("read"))) {
            for (long written = 0; written < 3 * allowed; written += CHUNK) {
                upload.write(zeros);
            }
            upload.commit();
        }
        long before = ProcessState.heap();
        try (InputStream in = bench.destination().open(bench.key("read"), 0)) {
            in.read();
            expectGrowth("the first byte of " + 3 * allowed, before, allowed);
            in.skipNBytes(2 * allowed);
            expectGrowth(2 * allowed + " of " + 3 * allowed + " bytes read", before, allowed);
        }
    }

    private static long allowed(Bench bench) {
        long bound = bench.suite()
                .memoryBound()
                .orElseThrow(() -> new Untestable("no bound is stated; override memoryBound"));
        return bound + NOISE;
    }

    /** Other threads allocate as well: what is measured once too often goes away, what is held stays. */
    private static void expectGrowth(String what, long before, long allowed) {
        List<Long> growths = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long growth = ProcessState.heap() - before;
            if (growth <= allowed) {
                return;
            }
            growths.add(growth);
        }
        throw Expect.failure(what + " took " + growths + " bytes of heap", "at most " + allowed);
    }
}
