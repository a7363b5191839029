package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.conformance.BackupableConformance;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on PostgreSQL. */
class PostgresStoreConformanceTest extends BackupableConformance<Catalogue> {
    @TempDir
    static Path directory;

    private static Server server;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    protected Catalogue openStore() throws SQLException {
        return Catalogue.create(server);
    }

    @Override
    protected void change(Catalogue store, int number) throws SQLException {
        store.change(number);
    }

    @Override
    protected Collection<String> contents(Catalogue store) throws SQLException {
        return store.texts("SELECT f.id || ' ' || d.name || '/' || f.name || ' ' || f.blob"
                + " FROM files f JOIN directories d ON d.id = f.directory"
                + " UNION ALL SELECT 'directory ' || id || ' ' || name FROM directories");
    }

    @Override
    protected Collection<String> payloadIds(Catalogue store) throws SQLException {
        return store.texts("SELECT blob FROM files");
    }

    @Override
    protected OptionalInt heldSnapshots(Catalogue store) {
        return OptionalInt.of(store.transactions());
    }
}
