package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.job.JdbcJobStore;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.SimpleDataSource;
import io.holdfast.backup.core.scheduler.MissedRuns;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.ClockProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another process that shares a schedule, with locks and jobs in one database. Arguments: its name, the database, the directory,
 * the beginning and the factor of its clock. Says that it is ready, when
 * the lock is refused to it, and when it was held up; ends when its input does.
 */
final class ScheduledHost {
    static final String REPOSITORY = "notes";
    static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");
    static final Duration EVERY = Duration.ofMinutes(15);

    /** The name of the maker in what a backup says about its store. */
    static final String MAKER = "maker";

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledHost.class);
    private static final Duration PULSE = Duration.ofMillis(50);
    private static final Duration HELD_UP = Duration.ofMillis(300);

    private ScheduledHost() {}

    public static void main(String[] args) throws IOException {
        DataSource database = SimpleDataSource.of(args[1]);
        Path directory = Path.of(args[2]);
        ScheduledExecutorService pulse = Executors.newSingleThreadScheduledExecutor();
        try (FastClock clock = new FastClock(Instant.parse(args[3]), Integer.parseInt(args[4]))) {
            ClockProvider.setClock(clock.javaTime());
            try (JobStore jobs = JdbcJobStore.open(database, clock);
                    BackupService service = BackupService.builder()
                            .clock(clock)
                            .alarmClock(clock)
                            .jobStore(jobs)
                            .guard(new TimedGuard(
                                    ShedLockGuard.of(new NamedHolderLocks(database, args[0]), clock), clock))
                            .temporary(directory.resolve("temporary-" + args[0]))
                            .build()) {
                service.put(settings(directory), new SlowStore(args[0], clock));
                service.start();
                tellWhenHeldUp(pulse, clock);
                say("ready");
                int end = System.in.read();
                say("ends " + end);
            }
        } finally {
            pulse.shutdown();
        }
    }

    static Path root(Path directory) {
        return directory.resolve("repository");
    }

    private static RepositorySettings settings(Path directory) {
        return RepositorySettings.builder(
                        REPOSITORY, STORE, DestinationConfig.of(root(directory).toUri()))
                .schedule("@every " + EVERY.toMinutes() + "m", ZoneOffset.UTC)
                .maxJitter(Duration.ZERO)
                .missedRuns(MissedRuns.ONCE)
                .build();
    }

    /** A machine that is busy may hold up a process for as long as a signal does. */
    private static void tellWhenHeldUp(ScheduledExecutorService pulse, FastClock clock) {
        Object[] last = {System.nanoTime(), clock.now()};
        ScheduledFuture<?> unused = pulse.scheduleWithFixedDelay(
                () -> {
                    if (System.nanoTime() - (long) last[0] > HELD_UP.toNanos()) {
                        say("held " + last[1] + " " + clock.now());
                    }
                    last[0] = System.nanoTime();
                    last[1] = clock.now();
                },
                0,
                PULSE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        if (System.out.checkError()) {
            // Nobody listens any more.
            Runtime.getRuntime().halt(1);
        }
    }

    /** Tells when the database of the locks was as slow as a process that stands still. */
    private record TimedGuard(RunGuard inner, FastClock clock) implements RunGuard {
        @Override
        public Optional<Lease> tryAcquire(String repository) {
            Instant from = clock.now();
            long begun = System.nanoTime();
            try {
                Optional<Lease> lease = inner.tryAcquire(repository);
                LOG.info("event=lock_{}", lease.isPresent() ? "taken" : "refused");
                if (lease.isEmpty()) {
                    say("refused " + clock.now());
                }
                return lease.map(taken -> new TimedLease(taken, this));
            } finally {
                tellIfHeldUp(begun, from);
            }
        }

        void tellIfHeldUp(long begun, Instant from) {
            if (System.nanoTime() - begun > HELD_UP.toNanos()) {
                say("held " + from + " " + clock.now());
            }
        }
    }

    private record TimedLease(RunGuard.Lease inner, TimedGuard guard) implements RunGuard.Lease {
        @Override
        public void extend() {
            timed(inner::extend);
        }

        @Override
        public void close() {
            timed(inner::close);
        }

        private void timed(Runnable call) {
            Instant from = guard.clock().now();
            long begun = System.nanoTime();
            try {
                call.run();
            } finally {
                guard.tellIfHeldUp(begun, from);
            }
        }
    }

    /** Takes one to four minutes, in the middle of its stream. */
    private record SlowStore(String maker, FastClock clock, NoteStore notes, Random random) implements Backupable {
        SlowStore(String maker, FastClock clock) {
            this(maker, clock, NoteStore.filled(100), new Random());
        }

        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            context.engineMetadata(MAKER, maker);
            PayloadIDSet ids = notes.backup(out, context);
            out.flush();
            try {
                clock.await(clock.now().plusSeconds(60 + random.nextInt(180)));
            } catch (InterruptedException e) {
                throw new IOException("Expected no interrupt", e);
            }
            context.checkCancelled();
            return ids;
        }

        @Override
        public void restore(InputStream in, BackupContext context) throws IOException {
            notes.restore(in, context);
        }
    }
}
