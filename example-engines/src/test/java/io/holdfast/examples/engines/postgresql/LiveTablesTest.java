package io.holdfast.examples.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.restore.schema.SchemaSwap;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores of live tables in PostgreSQL, which answer queries all the time. */
@Timeout(300)
class LiveTablesTest {
    private static final RestoreSelection NEWEST = new RestoreSelection.Newest();

    private static Server server;

    @TempDir
    static Path serverDirectory;

    @TempDir
    Path directory;

    private DataSource database;
    private String uri = "";
    private Destination destination;
    private Repository repository;
    private BackupId backup;
    private Reader reader;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(serverDirectory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void back_up_and_go_on() throws SQLException {
        database = server.database("tests");
        LiveTables.recreate(database);
        LiveTables.fill(database, "restored");
        uri = directory.resolve("backups").toUri().toString();
        destination = Destinations.open(uri);
        repository = Repository.open(
                destination, RepositoryConfig.builder(LiveTables.STORE).build());
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            backup = executor.run(LiveTables.store(database), BackupRequest.manual())
                    .backupId();
        }
        LiveTables.fill(database, "live");
        reader = new Reader(server.database("reader"));
    }

    @AfterEach
    void close() throws Exception {
        repository.close();
        destination.close();
        reader.close();
    }

    private static RestoreResult restore(Repository from, RestoreTarget target) {
        return RestoreOrchestrator.builder(from, target).build().restore(NEWEST, new Cancellation());
    }

    private RestoreResult restore() {
        return restore(repository, LiveTables.target(database));
    }

    private void requireUntouched() throws SQLException {
        reader.requireAnswers("live");
        assertThat(server.schemas("live")).containsExactly("live");
    }

    @Test
    void a_restore_replaces_the_tables_under_their_readers() throws Exception {
        reader.requireAnswers("live");
        assertThat(restore().warnings()).isEmpty();
        reader.requireAnswers("live", "restored");
        assertThat(Reader.ask(database)).isEqualTo("restored");
        assertThat(server.schemas("live")).containsExactly("live");
    }

    @Test
    void a_corrupt_archive_leaves_the_live_tables_alone() throws Exception {
        Path payload = directory.resolve("backups/backups/" + backup + "/payload.bin");
        byte[] bytes = Files.readAllBytes(payload);
        bytes[bytes.length / 2] ^= 1;
        Path beside = directory.resolve("corrupt");
        Files.write(beside, bytes);
        Files.move(beside, payload, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::restore)
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH));
        requireUntouched();
    }

    @Test
    void a_wrong_key_leaves_the_live_tables_alone() throws Exception {
        String sealed = directory.resolve("sealed").toUri().toString();
        try (Destination there = Destinations.open(sealed);
                Repository writing = Repository.open(
                        there,
                        RepositoryConfig.builder(LiveTables.STORE)
                                .encryption(keys("1"))
                                .build());
                BackupExecutor executor = BackupExecutor.builder(writing).build()) {
            executor.run(LiveTables.store(database), BackupRequest.manual());
        }
        assertThatThrownBy(() -> {
                    try (Destination there = Destinations.open(sealed);
                            Repository reading = Repository.openReadOnly(there, keys("2"))) {
                        restore(reading, LiveTables.target(database));
                    }
                })
                .isInstanceOf(BackupException.class);
        requireUntouched();
    }

    /** A key of one digit, over and over. */
    private static EncryptionConfig keys(String digit) {
        return EncryptionConfig.builder()
                .environment(name -> digit.repeat(64))
                .recipient("env:KEY")
                .build();
    }

    private RestoreTarget target(int version, List<String> afterLoading) {
        PostgresLayout known = Catalogue.LAYOUT;
        PostgresLayout other = new PostgresLayout(
                known.engineTag(), version, known.statements(), afterLoading, known.tables(), known.payloadIdQuery());
        return SchemaSwap.builder(database, "live", LiveTables.STORE, schema -> other.stage(database, schema))
                .build();
    }

    @Test
    void rows_that_cannot_be_the_stores_leave_the_live_tables_alone() throws Exception {
        RestoreTarget refusing = target(
                Catalogue.LAYOUT.version(), List.of("ALTER TABLE files ADD CHECK (id < " + LiveTables.ROWS + ")"));
        assertThatThrownBy(() -> restore(repository, refusing))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESTORE_CORRUPT));
        requireUntouched();
    }

    @Test
    void another_version_of_the_tables_is_named_and_leaves_the_live_ones_alone() throws Exception {
        RestoreTarget next = target(Catalogue.LAYOUT.version() + 1, List.of());
        assertThatThrownBy(() -> restore(repository, next))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_VERSION_MISMATCH));
        requireUntouched();
    }

    @Test
    void restored_tables_have_their_indexes_and_references() throws Exception {
        restore();
        assertThatThrownBy(() -> server.sql("INSERT INTO live.files VALUES (0, -1, 'file', 'blob')"))
                .hasMessageContaining("violates foreign key constraint");
        assertThatThrownBy(() -> server.sql("INSERT INTO live.directories VALUES (1, 'again')"))
                .hasMessageContaining("violates unique constraint");
        server.sql("DROP INDEX live.files_by_directory");
    }

    @Test
    void a_new_machine_restores_from_the_destination_alone() throws Exception {
        StoreIdentity fresh = new StoreIdentity("catalogue-2", "file-catalogue");
        RestoreTarget nowhere = SchemaSwap.builder(
                        database, "fresh", fresh, schema -> Catalogue.LAYOUT.stage(database, schema))
                .build();
        try (Destination there = Destinations.open(uri);
                Repository adopted = Repository.adoptStore(
                        there, RepositoryConfig.builder(fresh).build())) {
            restore(adopted, nowhere);
        }
        assertThat(server.schemas("fresh")).containsExactly("fresh");
        server.sql("DROP SCHEMA fresh CASCADE");
        requireUntouched();
    }
}
