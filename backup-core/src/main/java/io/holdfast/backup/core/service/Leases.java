package io.holdfast.backup.core.service;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.scheduler.AlarmClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Extends the locks of runs in progress. Has an alarm only while there is one. */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final AlarmClock clock;
    private final Executor threads;
    private final Map<RunGuard.Lease, String> active = new HashMap<>();
    private Instant due = Instant.MAX;
    private boolean extending;

    Leases(AlarmClock clock, Executor threads) {
        this.clock = clock;
        this.threads = threads;
    }

    synchronized void add(String repository, RunGuard.Lease lease) {
        active.put(lease, repository);
        if (active.size() == 1) {
            arm();
        }
    }

    void end(RunGuard.Lease lease) {
        synchronized (this) {
            active.remove(lease);
        }
        try {
            lease.close();
        } catch (RuntimeException e) {
            LOG.warn("event=lock_left code={}", ErrorCode.classify(e).wireValue(), e);
        }
    }

    private void arm() {
        due = clock.now().plus(INTERVAL);
        Instant mine = due;
        clock.wakeAt(due, () -> wake(mine));
    }

    /** Locks are behind a network: whoever waits for one must not keep the schedule waiting. */
    private void wake(Instant mine) {
        synchronized (this) {
            if (!mine.equals(due) || active.isEmpty()) {
                return;
            }
            arm();
            if (extending) {
                return;
            }
            extending = true;
        }
        try {
            threads.execute(this::extendAll);
        } catch (RejectedExecutionException e) {
            LOG.warn("event=locks_not_extended reason=\"no thread\"");
            extended();
        }
    }

    private synchronized void extended() {
        extending = false;
    }

    private void extendAll() {
        try {
            extend();
        } finally {
            extended();
        }
    }

    private void extend() {
        List<Map.Entry<RunGuard.Lease, String>> leases;
        synchronized (this) {
            leases = new ArrayList<>(active.entrySet());
        }
        for (Map.Entry<RunGuard.Lease, String> lease : leases) {
            try {
                lease.getKey().extend();
            } catch (RuntimeException e) {
                // The run goes on: at worst another process makes an extra backup.
                LOG.warn(
                        "event=lock_not_extended repository={} code={}",
                        lease.getValue(),
                        ErrorCode.classify(e).wireValue(),
                        e);
            }
        }
    }
}
