package io.holdfast.backup.core.service;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbc.JdbcLockProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ShedLock over PostgreSQL. */
@Timeout(60)
class ShedLockGuardTest {
    private static EmbeddedPostgres server;
    private static DataSource database;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException, SQLException {
        server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(directory.toFile())
                .start();
        database = server.getPostgresDatabase();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(NamedHolderLocks.TABLE);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static ShedLockGuard guard(Duration atMost) {
        return ShedLockGuard.of(new JdbcLockProvider(database), Clock.system(), atMost);
    }

    @Test
    void one_process_at_a_time_has_the_lock_of_a_repository() {
        ShedLockGuard one = guard(Duration.ofMinutes(5));
        ShedLockGuard two = guard(Duration.ofMinutes(5));
        RunGuard.Lease lease = one.tryAcquire("a").orElseThrow();
        assertThat(two.tryAcquire("a")).isEmpty();
        RunGuard.Lease other = two.tryAcquire("b").orElseThrow();
        lease.extend();
        assertThat(two.tryAcquire("a")).isEmpty();
        lease.close();
        lease.close();
        two.tryAcquire("a").orElseThrow().close();
        other.close();
    }

    @Test
    void the_lock_of_a_process_that_died_lapses_and_cannot_be_extended_or_given_back_any_more() {
        RunGuard.Lease dead =
                guard(Duration.ofMillis(500)).tryAcquire("lapsing").orElseThrow();
        ShedLockGuard two = guard(Duration.ofMinutes(5));
        RunGuard.Lease next = await().until(() -> two.tryAcquire("lapsing"), Optional::isPresent)
                .orElseThrow();
        assertThat(codeOf(dead::extend)).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        dead.close();
        assertThat(two.tryAcquire("lapsing"))
                .as("the lock is still the other one's")
                .isEmpty();
        next.close();
    }

    @Test
    void a_holder_that_stands_still_while_it_extends_leaves_the_lock_of_the_next_one_alone() throws Exception {
        requireOthersLockSurvives("extended", RunGuard.Lease::extend);
    }

    @Test
    void a_holder_that_stands_still_while_it_gives_back_leaves_the_lock_of_the_next_one_alone() throws Exception {
        requireOthersLockSurvives("given-back", RunGuard.Lease::close);
    }

    private static void requireOthersLockSurvives(String repository, Consumer<RunGuard.Lease> action) throws Exception {
        StandingStill standingStill = new StandingStill();
        RunGuard.Lease first = guard(standingStill.over(database), "one", Duration.ofMillis(500))
                .tryAcquire(repository)
                .orElseThrow();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            standingStill.begin();
            Future<?> late = thread.submit(() -> action.accept(first));
            standingStill.reached.await();
            ShedLockGuard two = guard(database, "two", Duration.ofMinutes(5));
            RunGuard.Lease next = await().until(() -> two.tryAcquire(repository), Optional::isPresent)
                    .orElseThrow();
            standingStill.end();
            // It may find out that its lock has lapsed, or not.
            assertThat(catchThrowable(late::get))
                    .satisfiesAnyOf(
                            e -> assertThat(e).isNull(), e -> assertThat(e).hasCauseInstanceOf(BackupException.class));
            assertThat(guard(database, "three", Duration.ofMinutes(5)).tryAcquire(repository))
                    .isEmpty();
            next.close();
        } finally {
            standingStill.end();
            thread.shutdown();
        }
    }

    private static ShedLockGuard guard(DataSource locks, String holder, Duration atMost) {
        return ShedLockGuard.of(new NamedHolderLocks(locks, holder), Clock.system(), atMost);
    }

    /** Lets a process wait on its way to the database. */
    private static final class StandingStill {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean begun;

        void begin() {
            begun = true;
        }

        void end() {
            ended.countDown();
        }

        DataSource over(DataSource inner) {
            return (DataSource) Proxy.newProxyInstance(
                    ShedLockGuardTest.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (proxy, method, args) -> {
                        if (begun) {
                            reached.countDown();
                            ended.await();
                        }
                        return method.invoke(inner, args);
                    });
        }
    }

    @Test
    void a_provider_whose_locks_cannot_be_extended_is_refused_by_name() {
        assertThatThrownBy(() -> ShedLockGuard.of(new Rigid(), Clock.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Rigid.class.getName());
    }

    private static final class Rigid implements LockProvider {
        @Override
        public Optional<SimpleLock> lock(LockConfiguration configuration) {
            return Optional.empty();
        }
    }
}
