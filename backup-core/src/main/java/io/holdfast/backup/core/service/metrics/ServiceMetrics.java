package io.holdfast.backup.core.service.metrics;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.repository.SweepReport;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.service.BackupService;
import io.holdfast.backup.core.service.RepositoryStatus;
import io.holdfast.backup.core.service.ServiceListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a {@link BackupService}, each with a tag {@code repository}; {@code docs/OPERATIONS.md} lists them. Given to the
 * service's builder as a listener, and then bound to the service, whose status the gauges ask. Safe for use by several threads.
 */
public final class ServiceMetrics implements ServiceListener, AutoCloseable {
    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<String, AtomicLong> lastSizes = new ConcurrentHashMap<>();
    private final Map<String, Long> repositorySizes = new ConcurrentHashMap<>();
    private final Map<String, List<Meter>> gauges = new ConcurrentHashMap<>();
    private volatile @Nullable BackupService service;

    /**
     * Creates the meters, which count from now on.
     *
     * @param registry where they are registered; the caller closes it
     * @param clock the service's clock
     */
    public ServiceMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * Registers the gauges of a repository of a service.
     *
     * @param bound the service
     * @param repository the repository's name
     */
    public void bind(BackupService bound, String repository) {
        service = bound;
        AtomicLong size = lastSizes.computeIfAbsent(repository, name -> new AtomicLong());
        List<Meter> registered = new ArrayList<>();
        registered.add(Gauge.builder("holdfast.backup.last.success.age", () -> age(repository))
                .description("Since the newest successful backup began")
                .baseUnit("seconds")
                .tags(tags(repository))
                .register(registry));
        registered.add(Gauge.builder("holdfast.backup.overdue", () -> overdue(repository))
                .description("1 if a backup is missing that should be there by now")
                .tags(tags(repository))
                .register(registry));
        registered.add(Gauge.builder("holdfast.backup.last.size", size::get)
                .description("Stored bytes of the newest backup of this process")
                .baseUnit("bytes")
                .tags(tags(repository))
                .register(registry));
        registered.add(Gauge.builder("holdfast.drill.last.age", () -> drillAge(repository))
                .description("Since the newest drill ended")
                .baseUnit("seconds")
                .tags(tags(repository))
                .register(registry));
        registered.add(Gauge.builder("holdfast.hold.age", () -> holdAge(repository))
                .description("Since the backup in flight here began, which holds every payload; 0 without one")
                .baseUnit("seconds")
                .tags(tags(repository))
                .register(registry));
        registered.add(Gauge.builder("holdfast.repository.size", () -> repositorySize(repository))
                .description("All objects of backups, as the newest sweep of this process found them")
                .baseUnit("bytes")
                .tags(tags(repository))
                .register(registry));
        List<Meter> before = gauges.put(repository, List.copyOf(registered));
        if (before != null) {
            before.stream().filter(meter -> !registered.contains(meter)).forEach(registry::remove);
        }
    }

    /**
     * Removes the gauges of a repository; its counters stay.
     *
     * @param repository the repository's name
     */
    public void unbind(String repository) {
        Optional.ofNullable(gauges.remove(repository)).ifPresent(meters -> meters.forEach(registry::remove));
    }

    private static Tags tags(String repository) {
        return Tags.of("repository", repository);
    }

    private Optional<RepositoryStatus> status(String repository) {
        return Optional.ofNullable(service).map(bound -> bound.status().get(repository));
    }

    private double age(String repository) {
        return status(repository)
                .flatMap(RepositoryStatus::lastSuccess)
                .map(job -> secondsSince(job.startedAt()))
                .orElse(Double.NaN);
    }

    private double drillAge(String repository) {
        return status(repository)
                .flatMap(RepositoryStatus::lastDrill)
                .flatMap(Job::finishedAt)
                .map(this::secondsSince)
                .orElse(Double.NaN);
    }

    private double holdAge(String repository) {
        return status(repository)
                .map(known -> known.running()
                        .filter(job -> job.kind() == JobKind.BACKUP)
                        .map(job -> secondsSince(job.startedAt()))
                        .orElse(0.0))
                .orElse(Double.NaN);
    }

    private double repositorySize(String repository) {
        Long size = repositorySizes.get(repository);
        return size == null ? Double.NaN : size;
    }

    private double secondsSince(Instant instant) {
        return Duration.between(instant, clock.now()).toMillis() / 1000.0;
    }

    private double overdue(String repository) {
        return status(repository).filter(RepositoryStatus::overdue).isPresent() ? 1 : 0;
    }

    @Override
    public void succeeded(Job job, Manifest manifest) {
        Tags tags = tags(job.repository());
        job.finishedAt()
                .ifPresent(end -> registry.timer("holdfast.backup.duration", tags)
                        .record(Duration.between(job.startedAt(), end)));
        registry.counter("holdfast.backup.plain.bytes", tags).increment((double) manifest.plainSize());
        registry.counter("holdfast.backup.stored.bytes", tags)
                .increment((double) manifest.payload().size());
        lastSizes
                .computeIfAbsent(job.repository(), name -> new AtomicLong())
                .set(manifest.payload().size());
    }

    @Override
    public void failed(Job job, BackupException failure) {
        registry.counter(
                        "holdfast.backup.failures",
                        tags(job.repository()).and("code", failure.code().wireValue()))
                .increment();
    }

    @Override
    public void skipped(String repository, String reason) {
        registry.counter("holdfast.backup.skips", tags(repository)).increment();
    }

    @Override
    public void retentionEnded(String repository, RetentionReport report) {
        registry.counter("holdfast.retention.deleted", tags(repository))
                .increment(report.deleted().size());
        registry.counter("holdfast.retention.failures", tags(repository))
                .increment(report.failures().size());
    }

    @Override
    public void verified(String repository, Verification verification) {
        registry.counter(
                        "holdfast.verifications",
                        tags(repository)
                                .and("level", verification.level().wireValue())
                                .and("sound", String.valueOf(verification.sound())))
                .increment();
    }

    @Override
    public void swept(String repository, SweepReport report) {
        repositorySizes.put(repository, report.storedBytes());
    }

    @Override
    public void restored(String repository, RestoreResult result) {
        registry.counter("holdfast.restores", tags(repository)).increment();
    }

    /** Removes all gauges. */
    @Override
    public void close() {
        List.copyOf(gauges.keySet()).forEach(this::unbind);
    }
}
