package io.holdfast.backup.core.testing;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;

/** Stores that are nothing but their backup method. */
public final class Snapshots {
    private Snapshots() {}

    /** A store's backup method. */
    @FunctionalInterface
    public interface Snapshot {
        PayloadIDSet backup(OutputStream out, BackupContext context) throws Exception;
    }

    public static Backupable store(Snapshot snapshot) {
        return new Backupable() {
            @Override
            public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
                try {
                    return snapshot.backup(out, context);
                } catch (IOException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void restore(InputStream in, BackupContext context) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Bytes that do not compress, more than any buffer on the way holds. */
    public static byte[] manyBytes() {
        byte[] bytes = new byte[8 << 20];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
