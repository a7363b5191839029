package io.holdfast.backup.core.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.JobStore;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.scheduler.SimulatedTime;
import io.holdfast.backup.core.service.BackupService;
import io.holdfast.backup.core.service.LiveNotes;
import io.holdfast.backup.core.service.RepositorySettings;
import io.holdfast.backup.core.service.RestoreRequest;
import io.holdfast.backup.core.service.jfr.FlightRecorderListener;
import io.holdfast.backup.core.service.jfr.RecordedDestination;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectInfo;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What meters and recordings say of a service that works and fails. */
@Timeout(60)
class ServiceMetricsTest {
    @TempDir
    Path directory;

    private final SimulatedTime time = new SimulatedTime(Instant.parse("2026-05-01T00:00:00Z"));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ServiceMetrics metrics = new ServiceMetrics(registry, time.clock());
    private final JobStore jobs = new MemoryJobStore();
    private final MemoryServer server =
            MemoryServer.builder().clock(time.clock()).build();
    private final LiveNotes live = new LiveNotes();
    private BackupService service;

    @BeforeEach
    void start() {
        service = BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(jobs)
                .temporary(directory)
                .destinations(config -> new RecordedDestination(server.open()))
                .listener(metrics)
                .listener(new FlightRecorderListener())
                .build();
        service.put(settings().build(), live, live);
        service.start();
        metrics.bind(service, "notes");
    }

    private static RepositorySettings.Builder settings() {
        return RepositorySettings.builder("notes", LiveNotes.STORE, DestinationConfig.of("memory", Map.of()));
    }

    @AfterEach
    void close() {
        service.close();
        jobs.close();
        registry.close();
    }

    private BackupId work() {
        BackupId backup = service.backUp("notes").await().backupId();
        service.backUp("notes").awaitRelease();
        service.verify("notes", backup, VerifyLevel.DIGEST);
        service.restores("notes").drill(new RestoreSelection.Newest());
        service.restores("notes").restore(RestoreRequest.newest());
        service.runRetention("notes");
        live.fail();
        assertThat(catchThrowable(() -> service.backUp("notes").await())).isNotNull();
        return backup;
    }

    private double value(String meter, String... tags) {
        Meter found = registry.get(meter).tags("repository", "notes").tags(tags).meter();
        return found.measure().iterator().next().getValue();
    }

    @Test
    void meters_tell_what_was_done_and_what_failed() {
        work();
        time.jumpTo(time.now().plus(Duration.ofHours(2)));

        assertThat(value("holdfast.backup.duration")).isEqualTo(2);
        assertThat(value("holdfast.backup.plain.bytes")).isPositive();
        assertThat(value("holdfast.backup.failures", "code", "source_unavailable"))
                .isEqualTo(1);
        assertThat(value("holdfast.verifications", "level", "digest", "sound", "true"))
                .isEqualTo(1);
        assertThat(value("holdfast.verifications", "level", "restored", "sound", "true"))
                .isEqualTo(1);
        assertThat(value("holdfast.restores")).isEqualTo(1);
        assertThat(value("holdfast.backup.last.success.age")).isEqualTo(7200);
        assertThat(value("holdfast.drill.last.age")).isEqualTo(7200);
        assertThat(value("holdfast.backup.last.size")).isPositive();
        assertThat(value("holdfast.backup.overdue")).isZero();
    }

    @Test
    void a_backup_in_flight_ages_the_hold() {
        List<Double> ages = new ArrayList<>();
        live.meanwhile(() -> {
            time.jumpTo(time.now().plus(Duration.ofMinutes(5)));
            ages.add(value("holdfast.hold.age"));
        });
        service.backUp("notes").await();
        assertThat(ages).containsExactly(300.0);
        await().until(() -> value("holdfast.hold.age") == 0);
    }

    @Test
    void a_sweep_tells_the_size_of_the_repository() {
        assertThat(value("holdfast.repository.size")).isNaN();
        service.backUp("notes").await();
        service.sweep("notes");
        assertThat(value("holdfast.repository.size")).isEqualTo(bytesOfBackups());
    }

    private double bytesOfBackups() {
        try (Destination destination = server.open();
                Stream<ObjectInfo> objects = destination.list("backups/", "")) {
            return objects.mapToLong(ObjectInfo::size).sum();
        }
    }

    @Test
    void a_missing_backup_is_overdue() {
        service.put(settings().schedule("@hourly", ZoneOffset.UTC).build(), live, live);
        try (FaultInjection.Injection fault = server.faults().inject(Fault.UNREACHABLE, () -> {})) {
            time.runTo(time.now().plus(Duration.ofHours(3)));
            await().until(() -> value("holdfast.backup.overdue") == 1);
        }
    }

    @Test
    void a_repository_that_is_gone_has_no_gauges() {
        metrics.unbind("notes");
        assertThat(registry.find("holdfast.backup.overdue").meter()).isNull();
    }

    private static Set<String> listed(String heading) throws IOException {
        String page = Files.readString(Path.of("../docs/OPERATIONS.md"));
        String section = page.substring(page.indexOf(heading));
        int end = section.indexOf("\n### ", 1);
        return Pattern.compile("(?m)^\\| `([A-Za-z.]+)`")
                .matcher(end < 0 ? section : section.substring(0, end))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_reference_lists_every_meter_and_no_other() throws IOException {
        work();
        metrics.skipped("notes", "another process holds its lock");
        Set<String> known = registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed("### Metrics")).isEqualTo(known);
    }

    @Test
    void a_recording_holds_every_kind_of_event_and_the_reference_lists_them() throws IOException {
        Path file = directory.resolve("recording.jfr");
        BackupId backup;
        try (Recording recording = new Recording()) {
            recording.start();
            backup = work();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.holdfast."))
                .toList();
        assertThat(events.stream().map(event -> event.getEventType().getName()).collect(Collectors.toSet()))
                .isEqualTo(listed("### Flight recorder"));
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.holdfast.Backup"))
                .anySatisfy(event -> {
                    assertThat(event.getString("repository")).isEqualTo("notes");
                    assertThat(event.getString("backup")).isEqualTo(backup.value());
                    assertThat(event.getString("code")).isEmpty();
                    assertThat(event.getLong("plainBytes")).isPositive();
                })
                .anySatisfy(event -> assertThat(event.getString("code")).isEqualTo("source_unavailable"));
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.holdfast.Request"))
                .anySatisfy(event -> {
                    assertThat(event.getString("operation")).isEqualTo("commit");
                    assertThat(event.getString("key")).isEqualTo("backups/" + backup + "/manifest.json");
                });
    }
}
