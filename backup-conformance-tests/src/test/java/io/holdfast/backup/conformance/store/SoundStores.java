package io.holdfast.backup.conformance.store;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.PayloadIDSet;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Stores that are odd and keep the contract. */
final class SoundStores {
    private SoundStores() {}

    static List<StoreSaboteur> all() {
        return List.of(
                StoreSaboteur.of("writes-at-the-end", "none", () -> new ShelfStore() {
                    @Override
                    void write(Collection<Book> snapshot, OutputStream out, BackupContext context) throws IOException {
                        super.write(snapshot, new BufferedOutputStream(out, 1 << 16), context);
                    }
                }),
                StoreSaboteur.of("locks-writers-out-and-is-slow", "none", LocksOut::new));
    }

    /** Nobody writes during a backup, and each change takes its time then. */
    private static final class LocksOut extends ShelfStore {
        private boolean wasBackedUp;

        @Override
        public synchronized PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            wasBackedUp = true;
            return super.backup(out, context);
        }

        @Override
        synchronized void change(int number) {
            if (wasBackedUp) {
                LockSupport.parkNanos(20_000_000);
            }
            super.change(number);
        }
    }
}
