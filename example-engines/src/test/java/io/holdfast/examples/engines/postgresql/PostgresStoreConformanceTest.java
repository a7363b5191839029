package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.conformance.BackupableConformance;
import io.holdfast.backup.core.snapshot.RecordReader;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
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
    protected Optional<byte[]> otherSchema(byte[] snapshot) throws IOException {
        PostgresLayout layout = Catalogue.LAYOUT;
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        RecordReader reader = new RecordReader(
                new ByteArrayInputStream(snapshot), new SnapshotFormat(layout.engineTag(), layout.version()));
        RecordWriter writer = new RecordWriter(other, new SnapshotFormat(layout.engineTag(), layout.version() + 1));
        while (reader.next()) {
            writer.write(reader.toByteArray());
        }
        writer.finish();
        return Optional.of(other.toByteArray());
    }

    /** A chunk, the driver's copies of it, and a row. */
    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(2 << 20);
    }

    @Override
    protected void grow(Catalogue store) throws SQLException {
        store.grow(30_000);
    }

    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of());
    }

    @Override
    protected OptionalInt heldSnapshots(Catalogue store) {
        return OptionalInt.of(store.transactions());
    }
}
