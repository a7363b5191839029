package io.holdfast.examples.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.DestinationProvider;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of configurations and databases that do not work. */
class JdbcDestinationProviderTest {
    @TempDir
    Path directory;

    private String url() {
        return "jdbc:h2:file:" + directory.resolve("db");
    }

    private static Destination open(Map<String, String> properties) {
        return new JdbcDestinationProvider().open(DestinationConfig.of("jdbc", properties));
    }

    private static DestinationException refused(Map<String, String> properties) {
        return catchThrowableOfType(DestinationException.class, () -> open(properties));
    }

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(DestinationProvider.class))
                .anyMatch(provider -> provider instanceof JdbcDestinationProvider);
    }

    @Test
    void all_mistakes_are_reported_at_once() {
        DestinationException failure = refused(Map.of("table-prefix", "a; DROP", "connections", "0", "pass", "x"));
        assertThat(failure.code()).isEqualTo(ErrorCode.DESTINATION_CONFIG_INVALID);
        assertThat(failure).hasMessageContainingAll("url", "table-prefix", "connections", "pass is unknown");
    }

    @Test
    void a_url_with_a_password_is_refused_without_telling_it() {
        for (String url : new String[] {url() + ";PASSWORD=abc123", "jdbc:mysql://joe:abc123@host/db"}) {
            DestinationException failure = refused(Map.of("url", url));
            assertThat(failure).hasMessageContaining("url must hold no login").hasMessageNotContaining("abc123");
        }
    }

    @Test
    void a_url_that_no_driver_knows_is_refused() {
        assertThat(refused(Map.of("url", "jdbc:nobody:db"))).hasMessageContaining("url must be one that");
    }

    @Test
    void opening_asks_no_database() {
        open(Map.of("url", "jdbc:h2:tcp://127.0.0.1:1/db")).close();
    }

    @Test
    void a_database_that_cannot_be_reached_is_unreachable() {
        try (Destination destination = open(Map.of("url", "jdbc:h2:tcp://127.0.0.1:1/db"))) {
            expectCode(destination, ErrorCode.DESTINATION_UNREACHABLE);
        }
    }

    @Test
    void a_wrong_password_is_told_from_other_failures() {
        try (Destination destination = open(Map.of("url", url(), "user", "sa", "password", "right"))) {
            destination.stat("a");
        }
        try (Destination destination = open(Map.of("url", url(), "user", "sa", "password", "wrong"))) {
            expectCode(destination, ErrorCode.DESTINATION_CREDENTIALS_INVALID);
        }
    }

    @Test
    void tables_that_are_gone_are_not_an_empty_destination() throws SQLException {
        try (Destination destination = open(Map.of("url", url()));
                Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            destination.stat("a");
            statement.execute("DROP TABLE holdfast_object");
            expectCode(destination, ErrorCode.DESTINATION_NOT_FOUND);
        }
    }

    @Test
    void prefixes_keep_destinations_in_one_database_apart() throws Exception {
        try (Destination one = open(Map.of("url", url(), "table-prefix", "one_"));
                Destination other = open(Map.of("url", url(), "table-prefix", "other_"))) {
            try (var upload = one.upload("a")) {
                upload.commit();
            }
            assertThat(one.stat("a")).isPresent();
            assertThat(other.stat("a")).isEmpty();
            assertThat(one.info().overlaps(other.info())).isFalse();
        }
    }

    private static void expectCode(Destination destination, ErrorCode code) {
        DestinationException failure = catchThrowableOfType(DestinationException.class, () -> destination.stat("a"));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasCauseInstanceOf(SQLException.class);
    }
}
