package io.holdfast.examples.engines.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
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
