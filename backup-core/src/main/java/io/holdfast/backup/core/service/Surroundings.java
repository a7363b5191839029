package io.holdfast.backup.core.service;

import io.holdfast.backup.Clock;
import io.holdfast.backup.core.ids.IdSpill;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.scheduler.AlarmClock;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/** What all repositories of a service share. */
record Surroundings(
        Clock clock,
        AlarmClock alarmClock,
        JobStore jobs,
        IdSpill idSpill,
        Listeners listeners,
        ExecutorService threads,
        Function<DestinationConfig, Destination> opener,
        RunGuard guard,
        Leases leases) {}
