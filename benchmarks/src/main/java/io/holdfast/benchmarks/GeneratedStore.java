package io.holdfast.benchmarks;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * A store that is not there: it makes its snapshot up while it writes it, and throws away what it is given to restore.
 *
 * @param data what the snapshot looks like
 * @param bytes how long it is
 * @param ids how many payload ids it refers to: random ones of 32 characters, in no order
 */
record GeneratedStore(DataSet data, long bytes, long ids) implements Backupable {
    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        data.write(out, bytes);
        PayloadIDSet set = context.newPayloadIDSet();
        SplittableRandom random = new SplittableRandom(3);
        HexFormat hex = HexFormat.of();
        for (long i = 0; i < ids; i++) {
            set.add(hex.toHexDigits(random.nextLong()) + hex.toHexDigits(i));
        }
        return set;
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        long restored = in.transferTo(OutputStream.nullOutputStream());
        if (restored != bytes) {
            throw new IllegalStateException("Expected " + bytes + " bytes, found " + restored);
        }
    }
}
