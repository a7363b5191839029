package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.StagedStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** A schema beside the live one. Used by one thread. */
final class StagedSchema implements StagedStore {
    private final Schemas schemas;
    private final SchemaLock lock;
    private final SchemaStore maker;
    private final Backupable store;
    private boolean swapped;
    private boolean closed;

    StagedSchema(Schemas schemas, SchemaLock lock, SchemaStore maker, Backupable store) {
        this.schemas = schemas;
        this.lock = lock;
        this.maker = maker;
        this.store = store;
    }

    private interface Action {
        void run() throws SQLException;
    }

    private static void attempt(String what, Action action) throws IOException {
        try {
            action.run();
        } catch (SQLException e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Backupable store() {
        return store;
    }

    @Override
    public Optional<String> probe() throws IOException {
        return maker.probe(schemas.staged());
    }

    @Override
    public void swap() throws IOException {
        attempt("Schema " + schemas.live() + " could not be replaced", schemas::swap);
        swapped = true;
    }

    @Override
    public void cleanUp() throws IOException {
        if (swapped) {
            attempt("The old schema of " + schemas.live() + " could not be dropped", schemas::removeOld);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        attempt("The staged schema of " + schemas.live() + " could not be dropped", () -> {
            try (lock) {
                if (!swapped) {
                    schemas.removeStaged();
                }
            }
        });
    }
}
