package io.holdfast.examples.engines.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real server, whose users are no superusers. */
final class Server implements AutoCloseable {
    private static final String USER = "keeper";

    private final EmbeddedPostgres server;
    private final AtomicInteger schemas = new AtomicInteger();

    private Server(EmbeddedPostgres server) {
        this.server = server;
    }

    static Server start(Path directory) throws IOException {
        EmbeddedPostgres started = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(directory.toFile())
                .start();
        try (Connection connection = started.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN");
            statement.execute("GRANT CREATE ON DATABASE postgres TO " + USER);
        } catch (SQLException e) {
            started.close();
            throw new IOException(e);
        }
        return new Server(started);
    }

    /** The database, as a plain user whose sessions have a name. */
    DataSource database(String applicationName) {
        return server.getDatabase(USER, "postgres", Map.of("ApplicationName", applicationName));
    }

    String url() {
        return server.getJdbcUrl(USER, "postgres");
    }

    int port() {
        return server.getPort();
    }

    String newSchema() throws SQLException {
        String name = "catalogue_" + schemas.incrementAndGet();
        sql("CREATE SCHEMA " + name);
        return name;
    }

    /** The schemas whose names begin so. */
    Set<String> schemas(String prefix) throws SQLException {
        Set<String> found = new TreeSet<>();
        try (Connection connection = database("tests").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '" + prefix + "')")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** Whether a session of that name waits for a lock. */
    boolean waits(String applicationName) throws SQLException {
        try (Connection connection = database("observer").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM pg_stat_activity"
                        + " WHERE application_name = '" + applicationName + "' AND wait_event_type = 'Lock'")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    void sql(String statement) throws SQLException {
        try (Connection connection = database("tests").getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
