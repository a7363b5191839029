package io.holdfast.backup.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

class JdbcJobStoreTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    abstract static class InDatabase extends JobStoreConformance {
        private DataSource database;

        abstract DataSource newDatabase() throws SQLException;

        @BeforeEach
        void make_the_tables() throws SQLException {
            database = newDatabase();
            JdbcJobSchema.createOrMigrate(database);
        }

        @Override
        protected JdbcJobStore open() {
            return JdbcJobStore.open(database, () -> TIME.plusSeconds(50));
        }

        private void sql(String... statements) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String text : statements) {
                    statement.execute(text);
                }
            }
        }

        @Test
        void the_jobs_of_an_owner_without_a_heartbeat_for_a_minute_are_interrupted_once() throws SQLException {
            try (JdbcJobStore dead = open();
                    JdbcJobStore living = open()) {
                dead.put(job("running", 0, dead));
                dead.put(job("done", 1, dead).succeeded(TIME.plusSeconds(2), 5));
                assertThat(living.interruptDead()).isEmpty();

                sql("UPDATE holdfast_owners SET beat_at = CURRENT_TIMESTAMP - INTERVAL '59' SECOND WHERE owner = '"
                        + dead.owner() + "'");
                assertThat(living.interruptDead()).isEmpty();
                sql("UPDATE holdfast_owners SET beat_at = CURRENT_TIMESTAMP - INTERVAL '61' SECOND WHERE owner = '"
                        + dead.owner() + "'");
                assertThat(living.interruptDead()).extracting(Job::id).containsExactly("running");
                assertThat(living.interruptDead()).isEmpty();
                Job job = living.find("running").orElseThrow();
                assertThat(job.state()).isEqualTo(JobState.INTERRUPTED);
                assertThat(job.errorCode()).contains(ErrorCode.BACKUP_ABORTED);
                assertThat(job.finishedAt()).contains(TIME.plusSeconds(50));
                assertThat(living.find("done").orElseThrow().state()).isEqualTo(JobState.SUCCEEDED);
            }
        }

        @Test
        void the_jobs_of_an_owner_that_was_closed_are_interrupted_at_once() {
            try (JdbcJobStore living = open()) {
                try (JdbcJobStore other = open()) {
                    other.put(job("running", 0, other));
                }
                assertThat(living.interruptDead()).extracting(Job::id).containsExactly("running");
            }
        }

        @Test
        void an_owner_that_was_only_paused_has_the_last_word() throws SQLException {
            try (JdbcJobStore paused = open();
                    JdbcJobStore living = open()) {
                paused.put(job("a", 0, paused));
                sql("DELETE FROM holdfast_owners WHERE owner = '" + paused.owner() + "'");
                living.interruptDead();
                Job done = job("a", 0, paused).succeeded(TIME.plusSeconds(9), 5);
                paused.put(done);
                assertThat(living.find("a")).contains(done);
            }
        }

        @Test
        void the_tables_may_be_made_again_and_by_many_at_once() throws Exception {
            DataSource fresh = newDatabase();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                Callable<Void> make = () -> {
                    JdbcJobSchema.createOrMigrate(fresh);
                    return null;
                };
                for (Future<Void> made : threads.invokeAll(List.of(make, make, make, make))) {
                    made.get();
                }
            } finally {
                threads.shutdown();
            }
        }

        @Test
        void a_database_without_tables_or_with_newer_ones_is_refused() throws SQLException {
            DataSource fresh = newDatabase();
            assertThatThrownBy(() -> JdbcJobStore.open(fresh, () -> TIME))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("createOrMigrate");
            sql("INSERT INTO holdfast_schema (version) VALUES (2)");
            assertThatThrownBy(this::open).isInstanceOf(BackupException.class).hasMessageContaining("found version 2");
            assertThatThrownBy(() -> JdbcJobSchema.createOrMigrate(database)).isInstanceOf(BackupException.class);
        }

        @Test
        void a_very_long_message_is_cut_and_what_a_database_cannot_keep_is_left_out() {
            try (JdbcJobStore store = open()) {
                store.put(job("a", 0, store)
                        .ended(JobState.FAILED, TIME, 0, ErrorCode.INTERNAL, "x\0" + "y".repeat(5000)));
                assertThat(store.find("a").orElseThrow().message().orElseThrow())
                        .hasSize(4000)
                        .startsWith("xy");
            }
        }

        @Test
        void a_connection_pool_gets_its_connections_back_as_they_were() throws SQLException {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                DataSource pool = SimpleDataSource.pool(connection);
                try (JdbcJobStore store = JdbcJobStore.open(pool, () -> TIME)) {
                    store.put(job("a", 0, store));
                    assertThat(connection.getAutoCommit()).isFalse();
                }
                connection.rollback();
            }
            try (JdbcJobStore store = open()) {
                assertThat(store.find("a")).isPresent();
            }
        }

        @Test
        void a_closed_store_is_of_no_use() {
            JobStore store = open();
            store.close();
            store.close();
            assertThatThrownBy(store::list).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class InH2 extends InDatabase {
        @Override
        DataSource newDatabase() {
            return SimpleDataSource.of("jdbc:h2:mem:jobs-" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class InPostgreSql extends InDatabase {
        private EmbeddedPostgres server;

        @BeforeAll
        void start(@TempDir Path directory) throws IOException {
            server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(directory.toFile())
                    .start();
        }

        @AfterAll
        void stop() throws IOException {
            server.close();
        }

        @Override
        DataSource newDatabase() throws SQLException {
            String name = "jobs" + DATABASES.incrementAndGet();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return server.getDatabase("postgres", name);
        }
    }
}
