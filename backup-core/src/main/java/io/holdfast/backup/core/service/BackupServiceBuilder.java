package io.holdfast.backup.core.service;

import io.holdfast.backup.Clock;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.scheduler.AlarmClock;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the values of a {@link BackupService}. Used by one thread. */
public final class BackupServiceBuilder {
    private final List<ServiceListener> listeners = new ArrayList<>();
    private Clock clock = Clock.system();
    private JobStore jobs = new MemoryJobStore();
    private Duration jobsKept = Duration.ofDays(30);
    private RunGuard guard = RunGuard.NONE;
    private Function<DestinationConfig, Destination> opener = Destinations::open;
    private long payloadIdHeap = IdSpill.DEFAULT_HEAP_BYTES;
    private Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "holdfast");
    private @Nullable AlarmClock alarmClock;
    private @Nullable ExecutorService threads;

    BackupServiceBuilder() {}

    /** What a service is made of, and what ends that which it owns. */
    record Parts(Surroundings surroundings, Duration jobsKept, Path temporary, Runnable release) {}

    /**
     * Sets the clock of everything; by default the host's.
     *
     * @param value the clock
     * @return this builder
     */
    public BackupServiceBuilder clock(Clock value) {
        clock = value;
        return this;
    }

    /**
     * Sets what wakes the schedule; by default a thread of the service's own with the clock. For tests that let time pass.
     *
     * @param value the alarm clock, whose time is that of the clock
     * @return this builder
     */
    public BackupServiceBuilder alarmClock(AlarmClock value) {
        alarmClock = value;
        return this;
    }

    /**
     * Sets where jobs are recorded; by default in memory, so that a new process knows nothing of the last one.
     *
     * @param value the job store; the caller closes it, after the service
     * @return this builder
     */
    public BackupServiceBuilder jobStore(JobStore value) {
        jobs = value;
        return this;
    }

    /**
     * Sets how long the records of finished jobs are kept; by default 30 days.
     *
     * @param value the time
     * @return this builder
     */
    public BackupServiceBuilder jobsKept(Duration value) {
        jobsKept = value;
        return this;
    }

    /**
     * Sets what keeps several processes from running the same backup; by default nothing does.
     *
     * @param value the guard
     * @return this builder
     */
    public BackupServiceBuilder guard(RunGuard value) {
        guard = value;
        return this;
    }

    /**
     * Adds somebody who hears of everything.
     *
     * @param value the listener
     * @return this builder
     */
    public BackupServiceBuilder listener(ServiceListener value) {
        listeners.add(value);
        return this;
    }

    /**
     * Sets the threads of runs; by default the service has its own, as many as it takes. Never interrupt them.
     *
     * @param value threads, at least three for each repository that may run at the same time and one more for the locks; the
     *     caller ends them, after the service
     * @return this builder
     */
    public BackupServiceBuilder threads(ExecutorService value) {
        threads = value;
        return this;
    }

    /**
     * Sets the class loader in which providers of destinations are found; by default that of the calling thread.
     *
     * @param value the class loader
     * @return this builder
     */
    public BackupServiceBuilder classLoader(ClassLoader value) {
        opener = config -> Destinations.open(config, value);
        return this;
    }

    /**
     * Sets what opens destinations; by default the providers that are found.
     *
     * @param value opens a destination, which the service closes
     * @return this builder
     */
    public BackupServiceBuilder destinations(Function<DestinationConfig, Destination> value) {
        opener = value;
        return this;
    }

    /**
     * Sets the directory of temporary files; by default {@code holdfast} in that of the JVM. Payload ids go there when they are too
     * many for memory, as they are, unencrypted.
     *
     * @param value the directory, made when it is needed
     * @return this builder
     */
    public BackupServiceBuilder temporary(Path value) {
        temporary = value;
        return this;
    }

    /**
     * Sets how much heap the payload ids of one backup may take before they go to temporary files; by default 32 MiB.
     *
     * @param bytes at least 1 MiB
     * @return this builder
     */
    public BackupServiceBuilder payloadIdHeap(long bytes) {
        payloadIdHeap = bytes;
        return this;
    }

    /** Returns the service, which the caller starts and closes. */
    public BackupService build() {
        List<ExecutorService> own = new ArrayList<>();
        ExecutorService runs = threads;
        if (runs == null) {
            runs = Executors.newCachedThreadPool(daemons("holdfast-run"));
            own.add(runs);
        }
        AlarmClock alarms = alarmClock;
        if (alarms == null) {
            ScheduledExecutorService alarmThread =
                    Executors.newSingleThreadScheduledExecutor(daemons("holdfast-alarm"));
            own.add(alarmThread);
            alarms = AlarmClock.of(clock, alarmThread);
        }
        Surroundings surroundings = new Surroundings(
                clock,
                alarms,
                jobs,
                new IdSpill(temporary, payloadIdHeap),
                new Listeners(listeners),
                runs,
                opener,
                guard,
                new Leases(alarms, runs));
        return new BackupService(
                new Parts(surroundings, jobsKept, temporary, () -> own.forEach(ExecutorService::shutdown)));
    }

    private static ThreadFactory daemons(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
