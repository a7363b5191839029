package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryDestination;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.retention.Doubt;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.retention.Rule;
import io.holdfast.backup.core.scheduler.SimulatedTime;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A destination that was set back to an earlier state, seen by the host that made its backups. */
@Timeout(60)
class NewestBackupTest {
    private static final String NAME = "notes";

    @TempDir
    Path temporary;

    private final SimulatedTime time = new SimulatedTime(Instant.parse("2026-05-01T00:00:00Z"));
    private final MemoryJobStore jobs = new MemoryJobStore();
    private final MemoryServer server =
            MemoryServer.builder().clock(time.clock()).build();
    private BackupService service;

    @BeforeEach
    void begin() {
        service = newService();
        backUp(3);
    }

    @AfterEach
    void close() {
        service.close();
        jobs.close();
    }

    private BackupService newService() {
        BackupService fresh = BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(jobs)
                .temporary(temporary)
                .destinations(config -> server.open())
                .threads(new SameThread())
                .build();
        fresh.put(
                RepositorySettings.builder(NAME, new StoreIdentity("n", "notes"), DestinationConfig.of("m", Map.of()))
                        .retention(RetentionPolicy.builder().keep(Rule.LAST, 2).build())
                        .build(),
                NoteStore.filled(3));
        return fresh;
    }

    private void backUp(int count) {
        for (int i = 0; i < count; i++) {
            time.runTo(time.now().plus(Duration.ofHours(1)));
            service.backUp(NAME).await();
        }
    }

    private BackupId setBack() {
        BackupId newest =
                service.backups(NAME).get(service.backups(NAME).size() - 1).id();
        try (MemoryDestination destination = server.open();
                Stream<ObjectInfo> objects = destination.list("backups/" + newest, "")) {
            List<String> keys = objects.map(ObjectInfo::key).toList();
            keys.forEach(destination::delete);
        }
        return newest;
    }

    @Test
    void retention_waits_when_the_newest_backup_is_gone() {
        BackupId lost = setBack();
        RetentionReport report = service.runRetention(NAME);
        assertThat(report.deleted()).isEmpty();
        assertThat(report.waitingFor())
                .extracting(Doubt::kind, Doubt::token)
                .containsExactly(tuple(Doubt.Kind.SET_BACK, "set_back:" + lost));
    }

    @Test
    void a_later_backup_does_not_hide_it_nor_does_a_restart() {
        setBack();
        backUp(1);
        service.close();
        service = newService();
        assertThat(service.runRetention(NAME).waitingFor())
                .extracting(Doubt::kind)
                .containsExactly(Doubt.Kind.SET_BACK);
    }

    @Test
    void retention_goes_on_once_it_is_confirmed() {
        BackupId lost = setBack();
        backUp(1);
        service.confirmRetention(NAME, "set_back:" + lost);
        assertThat(service.runRetention(NAME).deleted()).hasSize(1);
    }

    @Test
    void a_newest_backup_that_retention_has_deleted_after_another_process_made_newer_ones_is_not_missed() {
        MemoryJobStore others = new MemoryJobStore();
        try (BackupService other = BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(others)
                .temporary(temporary)
                .destinations(config -> server.open())
                .threads(new SameThread())
                .build()) {
            other.put(
                    RepositorySettings.builder(
                                    NAME, new StoreIdentity("n", "notes"), DestinationConfig.of("m", Map.of()))
                            .build(),
                    NoteStore.filled(3));
            for (int i = 0; i < 2; i++) {
                time.runTo(time.now().plus(Duration.ofHours(1)));
                other.backUp(NAME).await();
            }
        } finally {
            others.close();
        }
        assertThat(service.planRetention(NAME).deletions()).hasSize(3);
        deleteOldest(3);
        assertThat(service.planRetention(NAME).doubts()).isEmpty();
    }

    private void deleteOldest(int count) {
        List<BackupId> oldest = service.backups(NAME).stream()
                .limit(count)
                .map(backup -> backup.id())
                .toList();
        oldest.forEach(service.repository(NAME)::delete);
    }
}
