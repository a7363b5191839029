package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.destination.Destination;
import io.holdfast.examples.engines.measured.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Backs large tables up and restores them, beside the server's own programs. */
public final class PostgresMeasurement {
    private static final int ROUNDS = 2;

    private PostgresMeasurement() {}

    /** Arguments: an empty directory, how many rows, the server's programs, and its port. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Path programs = Path.of(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        DataSource database = database(port, "postgres");
        fill(database, Integer.parseInt(arguments[1]));
        try (Destination destination =
                        Destinations.open(directory.resolve("backups").toUri().toString());
                Repository repository = Repository.open(
                        destination, RepositoryConfig.builder(LiveTables.STORE).build())) {
            long bytes = backUp(repository, database).plainSize();
            System.out.printf("PostgreSQL: %s rows, a plain snapshot of %,d bytes%n", arguments[1], bytes);
            for (int round = 1; round <= ROUNDS; round++) {
                String dump = directory.resolve("dump-" + round).toString();
                String copy = "copy_" + round;
                sql(database, "CREATE DATABASE " + copy);
                Stopwatch.measure("Holdfast, backup", bytes, () -> backUp(repository, database));
                Stopwatch.measure(
                        "pg_dump -Fc",
                        bytes,
                        program(programs, "pg_dump", port, "postgres", "-n", "live", "-Fc", "-f", dump));
                System.out.printf("dumped: %,d bytes%n", Files.size(Path.of(dump)));
                Stopwatch.measure("Holdfast, restore", bytes, () -> restore(repository, database));
                Stopwatch.measure("pg_restore", bytes, program(programs, "pg_restore", port, copy, dump));
                requireEqual(database, database(port, copy));
            }
        }
    }

    private static DataSource database(int port, String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(name);
        source.setUser("postgres");
        return source;
    }

    private static List<String> program(Path programs, String name, int port, String database, String... options) {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve(name).toString(),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-U",
                "postgres",
                "-d",
                database));
        command.addAll(List.of(options));
        return command;
    }

    private static void sql(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void fill(DataSource database, int rows) throws SQLException {
        LiveTables.recreate(database);
        int directories = Math.max(1, rows / 1_000);
        sql(
                database,
                "INSERT INTO live.directories SELECT n, 'volumes/projects/' || n FROM generate_series(1, " + directories
                        + ") n");
        sql(
                database,
                "INSERT INTO live.files SELECT n, 1 + n % " + directories + ", 'part-' || n || '.parquet',"
                        + " encode(sha256(n::text::bytea), 'hex') FROM generate_series(1, " + rows + ") n");
        sql(database, "VACUUM ANALYZE");
    }

    private static Manifest backUp(Repository repository, DataSource database) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            Manifest manifest = executor.run(LiveTables.store(database), BackupRequest.manual());
            System.out.printf("stored: %,d bytes%n", manifest.payload().size());
            return manifest;
        }
    }

    private static void restore(Repository repository, DataSource database) {
        RestoreOrchestrator.builder(repository, LiveTables.target(database))
                .build()
                .restore(new RestoreSelection.Newest(), new Cancellation());
    }

    private static void requireEqual(DataSource one, DataSource other) throws SQLException {
        String expected = summary(one);
        String found = summary(other);
        if (!found.equals(expected)) {
            throw new IllegalStateException("Expected " + expected + ", found " + found);
        }
    }

    private static String summary(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) || ' rows ' || SUM(hashtext(blob || name))" + " FROM live.files")) {
            row.next();
            return row.getString(1);
        }
    }
}
