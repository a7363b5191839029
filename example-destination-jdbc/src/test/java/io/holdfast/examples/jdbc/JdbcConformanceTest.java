package io.holdfast.examples.jdbc;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of destinations, on H2 databases in files. */
class JdbcConformanceTest extends DestinationConformance {
    private static final String PASSWORD = "qx-4711-secret";
    private static final int H2_BYTES = 4 * 1024 * 1024;

    private static final String SETTINGS =
            ";WRITE_DELAY=0;OPTIMIZE_REUSE_RESULTS=FALSE;LOCK_TIMEOUT=10000;CACHE_SIZE=1024";

    @TempDir
    Path directory;

    private final JdbcFaults faults = new JdbcFaults();
    private final Map<Destination, String> urls = Collections.synchronizedMap(new IdentityHashMap<>());
    private FaultyDriver driver;

    @BeforeEach
    void register() throws SQLException {
        driver = new FaultyDriver(faults);
    }

    @AfterEach
    void deregister() throws SQLException {
        driver.close();
    }

    @Override
    protected Destination openDestination() {
        Path file = directory.resolve(UUID.randomUUID().toString());
        return open("jdbc:h2:file:" + file + SETTINGS);
    }

    // snippet: second
    /** As another process: the driver lets its test say which one it is. */
    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(urls.get(first)));
    }
    // end

    // snippet: crash
    /** The database ends at once, and with it everything that it has not written. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws SQLException {
        try (Connection connection = connect(first);
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        }
        return openSecondHandle(first);
    }
    // end

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(faults);
    }

    // snippet: leftovers
    @Override
    protected Optional<List<String>> leftovers(Destination first) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect(first);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 'upload ' || id FROM holdfast_upload UNION ALL"
                        + " SELECT 'chunk of ' || upload_id FROM holdfast_chunk"
                        + " WHERE upload_id NOT IN (SELECT upload_id FROM holdfast_object)")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return Optional.of(found);
    }
    // end

    /** The driver's own chunk and copies of it, and what the database takes in the same JVM. */
    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(3 * Tables.CHUNK + H2_BYTES);
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(Tables.CHUNK);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of(PASSWORD));
    }

    /** Who may read the tables is up to the grants of the database. */
    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of("D18"));
    }

    /** Every test has a database of its own, which is thrown away. */
    @Override
    protected void cleanUp(Destination destination, String prefix) {}

    private Destination open(String url) {
        DestinationConfig config =
                DestinationConfig.of("jdbc", Map.of("url", driver.through(url), "user", "sa", "password", PASSWORD));
        Destination destination =
                JdbcDestinationProvider.open(config, UUID.randomUUID().toString());
        urls.put(destination, url);
        return destination;
    }

    private Connection connect(Destination destination) throws SQLException {
        return DriverManager.getConnection(urls.get(destination), "sa", PASSWORD);
    }
}
