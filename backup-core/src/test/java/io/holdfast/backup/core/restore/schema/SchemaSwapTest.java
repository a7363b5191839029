package io.holdfast.backup.core.restore.schema;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.destination.Destination;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Orchestrated restores of a store in a PostgreSQL schema, on a real server. */
@Timeout(600)
class SchemaSwapTest {
    private static final RestoreSelection NEWEST = new RestoreSelection.Newest();
    private static EmbeddedPostgres server;

    @TempDir
    static Path serverDirectory;

    @TempDir
    Path directory;

    private DataSource database;
    private String uri = "";
    private Destination destination;
    private Repository repository;
    private TableNotes live;
    private BackupId backup;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setOverrideWorkingDirectory(serverDirectory.toFile())
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void back_up_and_go_on() throws SQLException {
        database = server.getPostgresDatabase();
        TableNotes.sql(database, "DROP SCHEMA IF EXISTS notes CASCADE", "CREATE SCHEMA notes");
        live = TableNotes.create(database, "notes");
        live.write("restored");
        uri = directory.resolve("backups").toUri().toString();
        destination = Destinations.open(uri);
        repository = Repository.open(
                destination, RepositoryConfig.builder(Bench.STORE).build());
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            backup = executor.run(live, BackupRequest.manual()).backupId();
        }
        live.write("live");
    }

    @AfterEach
    void close() {
        repository.close();
        destination.close();
    }

    private SchemaSwap swap(DataSource source) {
        return SchemaSwap.builder(source, "notes", Bench.STORE, schema -> TableNotes.create(source, schema))
                .build();
    }

    private RestoreResult restore(DataSource source) {
        return RestoreOrchestrator.builder(repository, swap(source)).build().restore(NEWEST, new Cancellation());
    }

    private Set<String> schemas() throws SQLException {
        Set<String> found = new TreeSet<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'notes%'")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Test
    void a_restore_makes_the_backup_the_live_schema_and_leaves_nothing() throws SQLException {
        assertThat(restore(database).warnings()).isEmpty();
        assertThat(live.read()).isEqualTo("restored");
        assertThat(schemas()).containsExactly("notes");
        live.write("goes on");
        assertThat(restore(database).warnings()).isEmpty();
        assertThat(live.read()).isEqualTo("restored");
    }

    @Test
    void a_schema_that_was_lost_comes_back() throws SQLException {
        TableNotes.sql(database, "DROP SCHEMA notes CASCADE");
        assertThat(restore(database).warnings()).isEmpty();
        assertThat(live.read()).isEqualTo("restored");
        assertThat(schemas()).containsExactly("notes");
    }

    @Test
    void readers_see_one_store_or_the_other_and_never_an_error_whatever_happens() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger reads = new AtomicInteger();
            Future<Set<String>> reader = threads.submit(() -> {
                Set<String> seen = new TreeSet<>();
                while (!stop.get()) {
                    seen.add(live.read());
                    reads.incrementAndGet();
                }
                return seen;
            });
            Path payload = directory.resolve("backups/backups/" + backup + "/payload.bin");
            byte[] good = Files.readAllBytes(payload);
            for (int round = 0; round < 5; round++) {
                byte[] bad = good.clone();
                bad[bad.length / 2] ^= 1;
                replace(payload, bad);
                assertThat(codeOf(() -> restore(database))).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
                replace(payload, good);
                restore(database);
                live.write("live");
                int before = reads.get();
                await().until(() -> reads.get() > before + 3 || reader.isDone());
            }
            stop.set(true);
            assertThat(reader.get()).isSubsetOf("live", "restored").contains("live");
        } finally {
            threads.shutdown();
        }
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path beside = file.resolveSibling("beside");
        Files.write(beside, bytes);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void what_is_staged_is_neither_removed_nor_staged_twice() throws Exception {
        SchemaSwap swap = swap(database);
        try (StagedStore staged = swap.stage()) {
            assertThat(swap(database).recover()).isEmpty();
            assertThat(schemas()).containsExactly("notes", "notes_holdfast_staged");
            assertThat(codeOf(() -> swap(database).stage())).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        }
        assertThat(schemas()).containsExactly("notes");
        assertThat(live.read()).isEqualTo("live");
    }

    @Test
    void a_schema_that_nobody_marked_is_never_dropped() throws SQLException {
        TableNotes.sql(
                database,
                "CREATE SCHEMA notes_holdfast_old",
                "CREATE TABLE notes_holdfast_old.precious (id INTEGER PRIMARY KEY)");
        assertThat(codeOf(() -> swap(database).recover())).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        assertThat(codeOf(() -> restore(database))).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        TableNotes.sql(database, "DROP TABLE notes_holdfast_old.precious", "DROP SCHEMA notes_holdfast_old");
        assertThat(live.read()).isEqualTo("live");
    }

    /** Passes everything on, and loses the answer of every commit that follows a rename. */
    private DataSource losingAnswers() {
        return proxy(DataSource.class, database, false);
    }

    private static <T> T proxy(Class<T> type, T real, boolean renamed) {
        AtomicBoolean renames = new AtomicBoolean(renamed);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            Object result;
            try {
                result = method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (result instanceof Connection connection) {
                return proxy(Connection.class, connection, false);
            }
            if (result instanceof Statement statement && method.getName().equals("createStatement")) {
                return watched(statement, renames);
            }
            if (method.getName().equals("commit") && renames.get()) {
                throw new SQLException("the answer was lost", "08006");
            }
            return result;
        }));
    }

    private static Statement watched(Statement real, AtomicBoolean renames) {
        return (Statement) Proxy.newProxyInstance(
                Statement.class.getClassLoader(), new Class<?>[] {Statement.class}, (self, method, args) -> {
                    if (args != null && String.valueOf(args[0]).contains("RENAME")) {
                        renames.set(true);
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void a_swap_whose_answer_was_lost_is_told_by_what_the_database_holds() throws SQLException {
        assertThat(restore(losingAnswers()).warnings()).isEmpty();
        assertThat(live.read()).isEqualTo("restored");
        assertThat(schemas()).containsExactly("notes");
    }

    private Process start(int last) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingSchemaRestore.class.getName(),
                        uri,
                        server.getJdbcUrl("postgres", "postgres"),
                        Integer.toString(last))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String recovered() throws IOException, SQLException {
        SchemaSwap swap = swap(database);
        // The server may need a moment to see that the process is gone, and to end its session.
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            swap.recover();
            return schemas().equals(Set.of("notes"));
        });
        assertThat(swap.recover()).isEmpty();
        return live.read();
    }

    @Test
    void a_kill_before_any_step_leaves_one_store_whole() throws Exception {
        List<String> steps = new ArrayList<>();
        String before = "live";
        for (boolean done = false; !done; ) {
            live.write("live");
            Process process = start(steps.size() + 1);
            String last;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                last = lines.readLine();
                process.destroyForcibly().waitFor();
            }
            assertThat(last).isNotNull();
            steps.add(last);
            done = last.startsWith("done");
            String now = recovered();
            assertThat(now).as(last).isIn(before, "restored");
            before = now;
        }
        assertThat(steps).hasSizeGreaterThan(6);
        assertThat(before).isEqualTo("restored");
    }

    @Test
    @Tag("soak")
    void a_kill_at_any_moment_leaves_one_store_whole() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int restored = 0;
        for (int round = 0; round < 100; round++) {
            live.write("live");
            Process process = start(-1);
            process.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            String now = recovered();
            assertThat(now).as("seed %d, round %d", seed, round).isIn("live", "restored");
            restored += now.equals("restored") ? 1 : 0;
        }
        System.out.println("of 100 killed restores, " + restored + " had swapped");
    }
}
