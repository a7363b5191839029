package io.holdfast.examples.engines.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.RunContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that the database gives are given once, whatever is restored. */
@Timeout(120)
class SequencesTest {
    private static final PostgresLayout LAYOUT = layout("id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    private static final PostgresLayout WITHOUT = layout("id INTEGER DEFAULT 0 PRIMARY KEY");

    private static Server server;

    @TempDir
    static Path serverDirectory;

    private final BackupContext context = new RunContext(Clock.system(), new Cancellation(), IdSpill.standard());
    private DataSource database;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(serverDirectory);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void connect() {
        database = server.database("tests");
    }

    private static PostgresLayout layout(String id) {
        return new PostgresLayout(
                "tickets",
                1,
                List.of("CREATE TABLE tickets (" + id + ", text TEXT NOT NULL)"),
                List.of(),
                List.of("tickets"),
                "SELECT text FROM tickets");
    }

    private int insert(String schema) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("INSERT INTO " + schema + ".tickets (text) VALUES ('t') RETURNING id")) {
            row.next();
            return row.getInt(1);
        }
    }

    private byte[] snapshotOfThree() throws IOException, SQLException {
        String schema = server.newSchema();
        PostgresStore store = LAYOUT.create(database, schema);
        for (int number = 1; number <= 3; number++) {
            assertThat(insert(schema)).isEqualTo(number);
        }
        server.sql("DELETE FROM " + schema + ".tickets WHERE id = 3");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.backup(out, context);
        return out.toByteArray();
    }

    @Test
    void a_number_that_was_given_before_the_backup_is_not_given_again() throws Exception {
        byte[] snapshot = snapshotOfThree();
        String schema = server.newSchema();
        LAYOUT.create(database, schema).restore(new ByteArrayInputStream(snapshot), context);
        assertThat(insert(schema)).isEqualTo(4);
    }

    @Test
    void a_sequence_that_was_never_used_begins_at_its_start() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LAYOUT.create(database, server.newSchema()).backup(out, context);
        String schema = server.newSchema();
        LAYOUT.create(database, schema).restore(new ByteArrayInputStream(out.toByteArray()), context);
        assertThat(insert(schema)).isEqualTo(1);
    }

    @Test
    void a_sequence_that_the_schema_does_not_have_is_refused() throws Exception {
        byte[] snapshot = snapshotOfThree();
        PostgresStore target = WITHOUT.create(database, server.newSchema());
        assertThatThrownBy(() -> target.restore(new ByteArrayInputStream(snapshot), context))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("tickets_id_seq");
    }
}
