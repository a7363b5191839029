package io.holdfast.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.PayloadIds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** Any plain bytes of an id object are refused, or are exactly those that the ids read from them are written as. */
class PayloadIdsFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void payload_ids_are_read_or_refused(byte[] data) throws IOException {
        PayloadIDSet ids = PayloadIDSet.create();
        try {
            PayloadIds.read(new ByteArrayInputStream(data), ids::add, LineDigest.sha256());
        } catch (BackupException refused) {
            Refusals.require(refused);
            return;
        }
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        PayloadIds.write(ids, again, LineDigest.sha256());
        if (!Arrays.equals(again.toByteArray(), data)) {
            throw new AssertionError("Expected the ids to be written as they were read, found other bytes");
        }
    }
}
