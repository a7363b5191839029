package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.JdbcJobSchema;
import io.holdfast.backup.core.job.JdbcJobStore;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.scheduler.Schedule;
import io.holdfast.backup.destination.Destination;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Four processes that share a schedule, over ShedLock in PostgreSQL, while they are killed and stopped. */
@EnabledOnOs(OS.LINUX)
class ScheduledHostsTest {
    /** One instant of the schedule takes 1.7 seconds, the time after which a lock lapses 0.6: for a machine that does nothing else. */
    private static final int FAST = 540;

    /** One instant of the schedule takes 6 seconds, the time after which a lock lapses 2: for a machine with other work. */
    private static final int SLOW = 150;

    private static final Duration TIME_TO_LOOK_AGAIN = Duration.ofMinutes(4);

    private static EmbeddedPostgres server;
    private static DataSource database;

    @TempDir
    Path directory;

    private final Map<String, Job> jobs = new TreeMap<>();

    @BeforeAll
    static void start(@TempDir Path data) throws IOException, SQLException {
        server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(data.toFile())
                .start();
        database = server.getPostgresDatabase();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static void makeTables() throws SQLException {
        JdbcJobSchema.createOrMigrate(database);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(NamedHolderLocks.TABLE);
            statement.execute("TRUNCATE shedlock, holdfast_jobs, holdfast_owners, holdfast_notes");
        }
    }

    @Test
    @Timeout(120)
    void a_tick_has_its_backup_while_one_process_lives_and_only_one_that_stood_still_makes_another() throws Exception {
        requireBackups(4, SLOW, 0.9);
    }

    @Test
    @Tag("soak")
    @Timeout(420)
    void two_hundred_ticks_have_their_backups_and_only_processes_that_stood_still_make_others() throws Exception {
        requireBackups(200, FAST, 0.45);
    }

    /**
     * What became of an instant of the schedule. It was passed over if the process that was left alone was refused the lock
     * until it was too late: its last holder had died shortly before, or was a run for an earlier instant.
     */
    private record Outcome(
            Instant tick, int runs, List<String> makers, List<String> ofProcessesThatWentOn, boolean passedOver) {}

    private void requireBackups(int count, int factor, double harm) throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("scheduled hosts seed: " + seed + " (repeat with -Dholdfast.seed=" + seed + ")");
        makeTables();
        Instant beginning = Instant.now();
        List<String> time = List.of(beginning.toString(), Integer.toString(factor));
        try (FastClock clock = new FastClock(beginning, factor);
                ScheduledHosts hosts = new ScheduledHosts(
                        clock, time, server.getJdbcUrl("postgres", "postgres"), directory, new Random(seed), harm)) {
            await().atMost(Duration.ofSeconds(30)).until(hosts::allLive);
            List<Instant> ticks = Schedule.parse("@every " + ScheduledHost.EVERY.toMinutes() + "m", ZoneOffset.UTC)
                    .preview(clock.now().plus(Duration.ofMinutes(7)), count);

            List<ScheduledHostProcess> leftAlone = hosts.harmAround(ticks);

            try (JobStore store = JdbcJobStore.open(database, clock)) {
                store.list().forEach(job -> jobs.put(job.backupId(), job));
            }
            Map<Instant, List<Manifest>> backups = backups();
            List<Outcome> outcomes = IntStream.range(0, count)
                    .mapToObj(i -> outcome(
                            ticks.get(i), backups.getOrDefault(ticks.get(i), List.of()), leftAlone.get(i), hosts))
                    .toList();
            print(outcomes, hosts.harmDone());
            assertThat(hosts.harmDone().kills() + hosts.harmDone().pauses()).isPositive();
            assertThat(outcomes.stream().filter(Outcome::passedOver).count())
                    .as("the lock was held to the end")
                    .isLessThanOrEqualTo(Math.max(1, count / 20));
            for (int i = 0; i < count; i++) {
                requireSound(outcomes.get(i), leftAlone.get(i), hosts);
            }
        }
    }

    private static void requireSound(Outcome outcome, ScheduledHostProcess leftAlone, ScheduledHosts hosts) {
        ScheduledHostProcess.Span window =
                new ScheduledHostProcess.Span(outcome.tick(), outcome.tick().plus(ScheduledHost.EVERY));
        int expected = leftAlone.stoodStill(window) || outcome.passedOver() ? 0 : 1;
        assertThat(outcome.makers())
                .as(() -> outcome + "; left alone: " + leftAlone.name() + hosts.story(window))
                .hasSizeGreaterThanOrEqualTo(expected);
        assertThat(outcome.ofProcessesThatWentOn())
                .as(() -> outcome + hosts.story(window))
                .hasSizeLessThanOrEqualTo(1);
    }

    /** Every backup, each of which is whole, by the instant that it was made for. */
    private Map<Instant, List<Manifest>> backups() {
        try (Destination destination =
                Destinations.open(ScheduledHost.root(directory).toUri())) {
            Repository repository = Repository.openReadOnly(destination);
            Verifier verifier = new Verifier(repository);
            List<Manifest> manifests = new ArrayList<>();
            for (BackupEntry entry : repository.list()) {
                assertThat(verifier.verify(entry.id(), VerifyLevel.DECODED).damage())
                        .isEmpty();
                manifests.add(entry.manifest().orElseThrow());
            }
            return manifests.stream()
                    .collect(Collectors.groupingBy(m -> m.scheduledFor().orElseThrow()));
        }
    }

    private Outcome outcome(
            Instant tick, List<Manifest> backups, ScheduledHostProcess leftAlone, ScheduledHosts hosts) {
        ScheduledHostProcess.Span window = new ScheduledHostProcess.Span(
                tick, tick.plus(ScheduledHost.EVERY).minusNanos(1));
        int runs = (int) jobs.values().stream()
                .filter(job -> window.touches(new ScheduledHostProcess.Span(job.startedAt(), job.startedAt())))
                .count();
        return new Outcome(
                tick,
                runs,
                backups.stream().map(ScheduledHostsTest::maker).toList(),
                backups.stream()
                        .filter(backup -> !hosts.named(maker(backup)).stoodStill(timeOf(backup)))
                        .map(ScheduledHostsTest::maker)
                        .toList(),
                backups.isEmpty() && leftAlone.refusedIn(endOf(tick)));
    }

    /** The last minutes before the next instant: who is refused then has no time left to look again. */
    private static ScheduledHostProcess.Span endOf(Instant tick) {
        Instant next = tick.plus(ScheduledHost.EVERY);
        return new ScheduledHostProcess.Span(next.minus(TIME_TO_LOOK_AGAIN), next);
    }

    /** From the taking of the lock to the end, as far as that was recorded. */
    private ScheduledHostProcess.Span timeOf(Manifest backup) {
        Job job = jobs.get(backup.backupId().value());
        return new ScheduledHostProcess.Span(
                job.startedAt().minus(Duration.ofMinutes(1)), job.finishedAt().orElse(Instant.MAX));
    }

    private static String maker(Manifest backup) {
        return backup.engineMetadata().getOrDefault(ScheduledHost.MAKER, "nobody");
    }

    private static void print(List<Outcome> outcomes, ScheduledHosts.Harm harm) {
        outcomes.stream().filter(outcome -> outcome.makers().size() != 1).forEach(System.out::println);
        System.out.println("scheduled hosts: ticks=" + outcomes.size() + " kills=" + harm.kills() + " pauses="
                + harm.pauses()
                + " backups="
                + outcomes.stream().mapToInt(o -> o.makers().size()).sum()
                + " runs_per_tick="
                + histogram(outcomes.stream().map(Outcome::runs).toList())
                + " backups_per_tick="
                + histogram(outcomes.stream().map(o -> o.makers().size()).toList())
                + " extras_of_processes_that_stood_still="
                + outcomes.stream()
                        .mapToInt(o -> Math.max(0, o.makers().size() - 1))
                        .sum()
                + " passed_over="
                + outcomes.stream().filter(Outcome::passedOver).count());
    }

    private static Map<Integer, Long> histogram(List<Integer> values) {
        return values.stream().collect(Collectors.groupingBy(v -> v, TreeMap::new, Collectors.counting()));
    }
}
