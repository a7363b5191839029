package io.holdfast.backup.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while they write jobs and notes. */
@EnabledOnOs(OS.LINUX)
class JobStoreKillTest {
    private static final int RANDOM_KILLS = 100;

    /** More than a process does before it is killed, and few enough for a pipe. */
    private static final int MANY_STEPS = 30_000;

    private static final long STEP_NANOS = Duration.ofMillis(15).toNanos();
    private static final long LONGEST_LIFE_NANOS = Duration.ofMillis(300).toNanos();

    @TempDir
    Path directory;

    private final Random random = new Random(seed());
    private int notDone;
    private int done;

    private static long seed() {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("job store seed: " + seed + " (repeat with -Dholdfast.seed=" + seed + ")");
        return seed;
    }

    /** The records of a process that was killed, as another one finds them. */
    private interface Records {
        /** Names records that nobody has written to yet. */
        String fresh(int number) throws SQLException;

        void requireSound(String where, Writes writes) throws IOException, SQLException;
    }

    /** What a process has said about its writes. */
    private record Writes(String owner, long seed, int begun, int acknowledged) {
        /** What is kept after some of them. */
        Kept after(int steps) {
            try (MemoryJobStore store = new MemoryJobStore()) {
                JobSteps all = new JobSteps(owner, seed);
                for (int step = 0; step < steps; step++) {
                    all.apply(step, store);
                }
                return Kept.in(store);
            }
        }
    }

    private record Kept(Map<String, Job> jobs, Map<String, String> notes) {
        static Kept in(JobStore store) {
            Map<String, Job> jobs = new TreeMap<>();
            store.list().forEach(job -> jobs.put(job.id(), job));
            return new Kept(jobs, store.notes());
        }

        List<Job> running() {
            return jobs.values().stream()
                    .filter(job -> job.state() == JobState.RUNNING)
                    .toList();
        }

        Kept interrupted(String why) {
            Map<String, Job> changed = new TreeMap<>(jobs);
            running().forEach(job -> changed.put(job.id(), job.interrupted(JobStoreConformance.TIME, why)));
            return new Kept(changed, notes);
        }
    }

    @Test
    @Timeout(60)
    void records_in_a_directory_survive_a_kill_at_every_write() throws Exception {
        killAtEveryWrite(new InDirectory());
    }

    @Test
    @Timeout(60)
    void records_in_h2_survive_a_kill_at_every_write() throws Exception {
        killAtEveryWrite(new InH2());
    }

    @Test
    @Tag("soak")
    void records_in_a_directory_survive_a_hundred_kills_at_random_moments() throws Exception {
        killAtRandomMoments(new InDirectory());
    }

    @Test
    @Tag("soak")
    void records_in_h2_survive_a_hundred_kills_at_random_moments() throws Exception {
        killAtRandomMoments(new InH2());
    }

    @Test
    @Tag("soak")
    void records_in_postgresql_survive_a_hundred_kills_at_random_moments() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(directory.toFile())
                .start()) {
            killAtRandomMoments(new InPostgreSql(server));
        }
    }

    private void killAtEveryWrite(Records records) throws Exception {
        long seed = random.nextLong();
        String where = records.fresh(0);
        JobWriterProcess writer = JobWriterProcess.start(where, seed);
        for (int step = 0; step < JobSteps.essential(); step++) {
            // The next one starts up while this one is killed and looked at.
            String nextWhere = records.fresh(step + 1);
            try (JobWriterProcess killed = writer) {
                writer = JobWriterProcess.start(nextWhere, seed);
                killed.allow(step + 1);
                kill(killed, step, random.nextLong(STEP_NANOS), seed, where, records);
            }
            where = nextWhere;
        }
        writer.close();
        print(JobSteps.essential());
    }

    private void killAtRandomMoments(Records records) throws Exception {
        for (int i = 0; i < RANDOM_KILLS; i++) {
            long seed = random.nextLong();
            String where = records.fresh(i);
            try (JobWriterProcess killed = JobWriterProcess.start(where, seed)) {
                killed.allow(MANY_STEPS);
                kill(killed, 0, random.nextLong(LONGEST_LIFE_NANOS), seed, where, records);
            }
        }
        print(RANDOM_KILLS);
    }

    private void kill(JobWriterProcess writer, int step, long nanos, long seed, String where, Records records)
            throws Exception {
        String owner = writer.owner();
        List<String> said = writer.killAt(step, nanos);
        int begun =
                (int) said.stream().filter(line -> line.startsWith("before")).count();
        int acknowledged =
                (int) said.stream().filter(line -> line.startsWith("after")).count();
        records.requireSound(where, new Writes(owner, seed, begun, acknowledged));
    }

    /** Either what was acknowledged and no more, or that and the write in progress. */
    private void requireOldOrNew(Kept found, Writes writes, String why) {
        Kept before = writes.after(writes.acknowledged()).interrupted(why);
        Kept after = writes.after(writes.begun()).interrupted(why);
        assertThat(found).as("after %s", writes).isIn(before, after);
        if (writes.begun() > writes.acknowledged() && !before.equals(after)) {
            notDone += found.equals(before) ? 1 : 0;
            done += found.equals(after) ? 1 : 0;
        }
    }

    private void print(int kills) {
        System.out.println("job store: kills=" + kills + " in a write=" + (notDone + done) + " not done=" + notDone
                + " done=" + done);
    }

    private final class InDirectory implements Records {
        private static final String WHY = "The process that ran this job ended before the job did";

        @Override
        public String fresh(int number) {
            return directory.resolve("jobs-" + number).toString();
        }

        @Override
        public void requireSound(String where, Writes writes) throws IOException {
            try (JobStore store = JobWriter.open(where)) {
                Kept kept = Kept.in(store);
                requireOldOrNew(kept, writes, WHY);
                assertThat(kept.running()).isEmpty();
                assertThat(store.interruptDead())
                        .containsExactlyInAnyOrderElementsOf(kept.jobs().values().stream()
                                .filter(job -> job.message().filter(WHY::equals).isPresent())
                                .toList());
            }
            try (Stream<Path> files = Files.list(Path.of(where))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .allMatch(name -> name.matches("lock|notes|job-[0-9]\\.json"));
            }
        }
    }

    private abstract class InDatabase implements Records {
        private static final String WHY = "The process that ran this job gave no heartbeat for a minute";

        @Override
        public void requireSound(String where, Writes writes) throws SQLException {
            try (Connection connection = SimpleDataSource.of(where).getConnection();
                    Statement statement = connection.createStatement()) {
                waitForTheEndOf(statement);
                try (JobStore store = JobWriter.open(where)) {
                    assertThat(store.interruptDead())
                            .as("the owner was there a moment ago")
                            .isEmpty();
                    List<Job> running = Kept.in(store).running();
                    statement.execute("UPDATE holdfast_owners SET beat_at = CURRENT_TIMESTAMP - INTERVAL '61' SECOND"
                            + " WHERE owner = '" + writes.owner() + "'");
                    assertThat(store.interruptDead())
                            .extracting(Job::id)
                            .containsExactlyInAnyOrderElementsOf(
                                    running.stream().map(Job::id).toList());
                    requireOldOrNew(Kept.in(store), writes, WHY);
                }
            }
        }

        /** Waits until the database has heard of the death. */
        abstract void waitForTheEndOf(Statement others) throws SQLException;
    }

    private final class InH2 extends InDatabase {
        @Override
        public String fresh(int number) {
            return "jdbc:h2:file:" + directory.resolve("jobs-" + number) + ";WRITE_DELAY=0";
        }

        @Override
        void waitForTheEndOf(Statement others) {
            // The database was a part of the process.
        }
    }

    private final class InPostgreSql extends InDatabase {
        private final EmbeddedPostgres server;

        InPostgreSql(EmbeddedPostgres server) {
            this.server = server;
        }

        @Override
        public String fresh(int number) throws SQLException {
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE jobs" + number);
            }
            return server.getJdbcUrl("postgres", "jobs" + number);
        }

        @Override
        void waitForTheEndOf(Statement others) {
            await().until(() -> {
                try (ResultSet count = others.executeQuery("SELECT COUNT(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()")) {
                    return count.next() && count.getInt(1) == 0;
                }
            });
        }
    }
}
