package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.retention.Rule;
import io.holdfast.backup.core.scheduler.SimulatedTime;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.DestinationConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hourly backups with retention for grandfathers, fathers and sons, through a year with both changes of the clocks. */
@Tag("soak")
class SimulatedYearTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Rome", "America/New_York"})
    void a_year_of_hourly_backups_misses_no_hour_and_keeps_every_day_while_it_should(
            String zoneName, TestReporter told) {
        ZoneId zone = ZoneId.of(zoneName);
        Instant newYear = LocalDate.of(2026, 1, 1).atStartOfDay(zone).toInstant();
        Instant end = LocalDate.of(2027, 1, 1).atStartOfDay(zone).toInstant();
        SimulatedTime time = new SimulatedTime(newYear.minusSeconds(1));
        MemoryServer server = MemoryServer.builder().clock(time.clock()).build();
        Set<LocalDate> days = new TreeSet<>();
        List<Instant> runs = new ArrayList<>();
        RetentionPolicy policy = RetentionPolicy.builder()
                .keep(Rule.HOURLY, 24)
                .keep(Rule.DAILY, 7)
                .keep(Rule.WEEKLY, 5)
                .keep(Rule.MONTHLY, 12)
                .keep(Rule.YEARLY, 3)
                .zone(zone)
                .build();
        List<RetentionReport> reports = new ArrayList<>();
        BackupService service = BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(new MemoryJobStore())
                .jobsKept(Duration.ofDays(2))
                .temporary(temporary)
                .threads(new SameThread())
                .destinations(config -> server.open())
                .listener(new ServiceListener() {
                    @Override
                    public void retentionEnded(String repository, RetentionReport report) {
                        reports.add(report);
                    }

                    @Override
                    public void succeeded(Job job, Manifest manifest) {
                        runs.add(manifest.scheduledFor().orElseThrow());
                        days.add(manifest.createdAt().atZone(zone).toLocalDate());
                    }
                })
                .build();
        try (service) {
            service.put(
                    RepositorySettings.builder(
                                    "year",
                                    new StoreIdentity("notes-1", "notes"),
                                    DestinationConfig.of("memory", Map.of()))
                            .schedule("@hourly", zone)
                            .retention(policy)
                            .build(),
                    NoteStore.filled(5));
            service.start();
            time.runTo(end.minusSeconds(1));

            assertThat(runs).hasSize(365 * 24).doesNotHaveDuplicates();
            assertThat(days).hasSize(365);
            assertThat(reports).allSatisfy(report -> {
                assertThat(report.failures()).isEmpty();
                assertThat(report.waitingFor()).isEmpty();
            });
            List<BackupEntry> kept = service.backups("year");
            Set<LocalDate> keptDays = kept.stream()
                    .map(backup -> backup.manifest()
                            .orElseThrow()
                            .createdAt()
                            .atZone(zone)
                            .toLocalDate())
                    .collect(Collectors.toCollection(TreeSet::new));
            for (int back = 0; back < 7; back++) {
                assertThat(keptDays).contains(LocalDate.of(2026, 12, 31).minusDays(back));
            }
            for (int month = 1; month <= 12; month++) {
                LocalDate last = LocalDate.of(2026, month, 1).plusMonths(1).minusDays(1);
                assertThat(keptDays).as("the end of month %d", month).contains(last);
            }
            told.publishEntry(
                    zoneName, runs.size() + " runs, " + days.size() + " days, kept " + kept.size() + ": " + keptDays);
        }
    }
}
