package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.StagedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A generation beside the live one. Used by one thread. */
final class StagedDirectory implements StagedStore {
    private final DirectorySwap target;
    private final Path old;
    private final Path staged;
    private final StoreOpener.Opened engine;
    private boolean engineClosed;
    private boolean closed;

    StagedDirectory(DirectorySwap target, Path old, Path staged, StoreOpener.Opened engine) {
        this.target = target;
        this.old = old;
        this.staged = staged;
        this.engine = engine;
    }

    @Override
    public Backupable store() {
        return engine.store();
    }

    @Override
    public void swap() throws IOException {
        closeEngine();
        DurableTree.syncAll(staged);
        target.makeLive(staged, old);
    }

    @Override
    public void cleanUp() throws IOException {
        if (target.isLive(staged) && Files.exists(old)) {
            DurableTree.delete(old);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closeEngine();
        } finally {
            // The pointer alone says what is live: a swap whose last sync failed may have happened.
            if (!target.isLive(staged) && Files.exists(staged)) {
                DurableTree.delete(staged);
            }
        }
    }

    private void closeEngine() throws IOException {
        if (!engineClosed) {
            engineClosed = true;
            engine.close();
        }
    }
}
