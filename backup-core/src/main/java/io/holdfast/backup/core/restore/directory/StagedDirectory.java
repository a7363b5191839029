package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.StagedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A generation beside the live one. Used by one thread. */
final class StagedDirectory implements StagedStore {
    private final Generations generations;
    private final DurableTree tree;
    private final RootLock lock;
    private final Runnable swapped;
    private final Path old;
    private final Path staged;
    private final StoreOpener.Opened engine;
    private boolean engineClosed;
    private boolean closed;

    StagedDirectory(
            Generations generations,
            DurableTree tree,
            RootLock lock,
            Runnable swapped,
            Path old,
            Path staged,
            StoreOpener.Opened engine) {
        this.generations = generations;
        this.tree = tree;
        this.lock = lock;
        this.swapped = swapped;
        this.old = old;
        this.staged = staged;
        this.engine = engine;
    }

    @Override
    public Backupable store() {
        return engine.store();
    }

    @Override
    public Optional<String> probe() throws IOException {
        return engine.probe();
    }

    @Override
    public void swap() throws IOException {
        closeEngine();
        tree.syncAll(staged);
        generations.makeLive(staged, old);
    }

    @Override
    public void cleanUp() throws IOException {
        if (generations.isLive(staged)) {
            // Whoever still reads from the old generation must go first.
            swapped.run();
            if (Files.exists(old)) {
                tree.delete(old);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            try {
                closeEngine();
            } finally {
                // The pointer alone says what is live: a swap whose last sync failed may have happened.
                if (!generations.isLive(staged) && Files.exists(staged)) {
                    tree.delete(staged);
                }
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
