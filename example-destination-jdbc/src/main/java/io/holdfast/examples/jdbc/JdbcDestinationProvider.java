package io.holdfast.examples.jdbc;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationProvider;
import io.holdfast.backup.destination.PropertyReader;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;

/**
 * Opens destinations in three tables of a database. Its JDBC driver must be on the class path; written for H2, so another
 * database may want other types in {@link Database} and other states in {@link SqlErrors}.
 *
 * <p>Properties of the kind {@code jdbc}: {@code url} (required, without a password), {@code user}, {@code password},
 * {@code table-prefix} (default {@code holdfast_}), {@code connections} at once (1 to 100, default 8).
 *
 * <p>The tables are created at their first use. Commits are as durable as the database makes them, and private is what its
 * grants keep private. H2 needs {@code WRITE_DELAY=0}, or it acknowledges commits that it has not written;
 * {@code OPTIMIZE_REUSE_RESULTS=FALSE}, or it may answer from before a commit that others have seen; and a
 * {@code LOCK_TIMEOUT} of some seconds. Memory: up to 128 KiB for each upload, 64 KiB for each read, and what the JDBC driver
 * needs to send and receive as much.
 */
public final class JdbcDestinationProvider implements DestinationProvider {
    private static final String PROCESS = UUID.randomUUID().toString();

    /** Creates the provider. */
    public JdbcDestinationProvider() {}

    /** Returns {@code jdbc}. */
    @Override
    public String kind() {
        return "jdbc";
    }

    /** Returns nothing: a JDBC URL has a query of its own. */
    @Override
    public Set<String> uriSchemes() {
        return Set.of();
    }

    @Override
    public Destination open(DestinationConfig config) {
        return open(config, PROCESS);
    }

    /** Opens a destination as a certain process, so that a test can be several. */
    static Destination open(DestinationConfig config, String process) {
        PropertyReader reader = config.reader();
        String url = reader.required("url");
        Properties login = new Properties();
        reader.optional("user").ifPresent(user -> login.setProperty("user", user));
        reader.secret("password").ifPresent(password -> login.setProperty("password", password));
        String prefix = reader.optional("table-prefix").orElse("holdfast_");
        if (!prefix.matches("[a-z][a-z0-9_]{0,30}")) {
            reader.mistake("table-prefix", "must be of a-z, 0-9 and _, found \"" + prefix + "\"");
        }
        int connections = (int) reader.number("connections", 8, 1, 100);
        if (url.matches("(?i).*password=.*|[^/]*//[^/]*@.*")) {
            reader.mistake("url", "must hold no login; use the properties user and password");
        } else if (!url.isEmpty() && !hasDriver(url)) {
            reader.mistake("url", "must be one that a JDBC driver on the class path knows");
        }
        reader.finish();
        String location = url.split("[;?]", 2)[0] + "#" + prefix;
        return new JdbcDestination(new Database(url, login, prefix, connections), location, process);
    }

    private static boolean hasDriver(String url) {
        try {
            return DriverManager.getDriver(url) != null;
        } catch (SQLException e) {
            return false;
        }
    }
}
