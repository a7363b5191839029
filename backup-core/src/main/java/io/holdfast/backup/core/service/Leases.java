package io.holdfast.backup.core.service;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.scheduler.AlarmClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Extends the locks of runs in progress. Has an alarm only while there is one. */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final AlarmClock clock;
    private final Map<RunGuard.Lease, String> active = new HashMap<>();
    private Instant due = Instant.MAX;

    Leases(AlarmClock clock) {
        this.clock = clock;
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
        clock.wakeAt(due, () -> extend(mine));
    }

    private void extend(Instant mine) {
        List<Map.Entry<RunGuard.Lease, String>> leases;
        synchronized (this) {
            if (!mine.equals(due) || active.isEmpty()) {
                return;
            }
            arm();
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
