package io.holdfast.backup.core.service;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.hold.HeldIds;
import io.holdfast.backup.core.hold.HoldSession;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.restore.RestoreListener;
import io.holdfast.backup.core.restore.RestorePhase;
import io.holdfast.backup.core.restore.RestoreProgress;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.scheduler.SimulatedTime;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores and drills through the front door. */
@Timeout(60)
class RestoresTest {
    @TempDir
    Path temporary;

    private final SimulatedTime time = new SimulatedTime(Instant.parse("2026-05-01T00:00:00Z"));
    private final MemoryJobStore jobs = new MemoryJobStore();
    private final MemoryServer server =
            MemoryServer.builder().clock(time.clock()).build();
    private volatile SteppedDestination.Hook hook = new SteppedDestination.Hook() {};
    private final List<Verification> verified = new ArrayList<>();
    private final LiveNotes live = new LiveNotes();
    private BackupService service;

    @BeforeEach
    void start() {
        service = BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(jobs)
                .temporary(temporary)
                .threads(new SameThread())
                .destinations(config -> stepped())
                .listener(new ServiceListener() {
                    @Override
                    public void verified(String repository, Verification verification) {
                        verified.add(verification);
                    }
                })
                .build();
        service.put(settings().build(), live, live);
        service.start();
    }

    private Destination stepped() {
        SteppedDestination destination = new SteppedDestination(server.open());
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                hook.before(step, call);
            }
        });
        return destination;
    }

    private static RepositorySettings.Builder settings() {
        return RepositorySettings.builder("notes", LiveNotes.STORE, DestinationConfig.of("memory", Map.of()))
                .maxJitter(Duration.ZERO);
    }

    @AfterEach
    void close() {
        service.close();
        jobs.close();
    }

    private BackupId backUp() {
        time.runTo(time.now().plus(Duration.ofMinutes(1)));
        return service.backUp("notes").await().backupId();
    }

    @Test
    void a_restore_replaces_the_store_and_stops_collections_that_have_begun() throws IOException {
        BackupId backup = backUp();
        live.become(NoteStore.filled(5));
        HoldSession collection = service.hold().begin();
        try (HeldIds held = collection.sortedIds()) {
            held.forEachRemaining(id -> {});
        }
        collection.check();

        RestoreResult result = service.restores("notes").restore(RestoreRequest.newest());

        assertThat(result.restored().backupId()).isEqualTo(backup);
        assertThat(live.notes()).hasSize(3);
        assertThat(codeOf(collection::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        assertThat(live.events()).containsExactly("fence", "swap", "close", "open");
    }

    @Test
    void retention_cannot_take_away_what_a_restore_has_begun_to_read() {
        BackupId backup = backUp();
        List<ErrorCode> refusals = new ArrayList<>();
        hook = new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.equals("open backups/" + backup + "/payload.bin")) {
                    refusals.add(codeOf(() -> service.repository("notes").delete(backup)));
                }
            }
        };
        live.become(NoteStore.filled(5));

        service.restores("notes").restore(RestoreRequest.newest());

        assertThat(refusals).isNotEmpty().containsOnly(ErrorCode.DESTINATION_OBJECT_LOCKED);
        assertThat(live.notes()).hasSize(3);
    }

    @Test
    void a_safety_backup_is_made_first_and_is_not_the_newest() {
        BackupId backup = backUp();
        live.become(NoteStore.filled(5));

        RestoreResult result =
                service.restores("notes").restore(RestoreRequest.newest().withSafetyBackup());

        BackupEntry safety =
                service.repository("notes").get(result.safetyBackup().orElseThrow());
        assertThat(safety.manifest().orElseThrow().kind()).isEqualTo(BackupKind.SAFETY);
        assertThat(service.restores("notes")
                        .plan(new RestoreSelection.Newest())
                        .backup()
                        .orElseThrow()
                        .backupId())
                .isEqualTo(backup);
        service.restores("notes").restore(RestoreRequest.of(new RestoreSelection.ById(safety.id())));
        assertThat(live.notes()).hasSize(5);
    }

    @Test
    void a_backup_is_chosen_by_time_or_by_its_verification() {
        BackupId first = backUp();
        Instant between = time.now().plusSeconds(30);
        BackupId second = backUp();
        service.verify("notes", first, VerifyLevel.DIGEST);
        service.verify("notes", second, VerifyLevel.PRESENT);

        assertThat(chosen(new RestoreSelection.Newest())).isEqualTo(second);
        assertThat(chosen(new RestoreSelection.NewestVerified())).isEqualTo(first);
        assertThat(chosen(new RestoreSelection.NewestBefore(between))).isEqualTo(first);
        assertThat(service.restores("notes")
                        .plan(new RestoreSelection.NewestBefore(Instant.EPOCH))
                        .obstacles())
                .hasSize(1);
    }

    private BackupId chosen(RestoreSelection selection) {
        return service.restores("notes").plan(selection).backup().orElseThrow().backupId();
    }

    @Test
    void progress_tells_phases_bytes_and_the_time_that_is_left() {
        backUp();
        List<RestorePhase> phases = new ArrayList<>();
        List<RestoreProgress> told = new ArrayList<>();
        service.restores("notes").restore(RestoreRequest.newest().withListener(new RestoreListener() {
            @Override
            public void progressed(RestoreProgress progress) {
                told.add(progress);
                time.jumpTo(time.now().plusMillis(100));
            }

            @Override
            public void entered(RestorePhase phase) {
                phases.add(phase);
            }
        }));
        assertThat(phases)
                .containsExactly(
                        RestorePhase.CHECKING, RestorePhase.LOADING, RestorePhase.SWAPPING, RestorePhase.CLEANING_UP);
        RestoreProgress last = told.get(told.size() - 1);
        assertThat(last.progress().bytes()).isEqualTo(last.totalBytes());
        assertThat(last.remaining()).contains(Duration.ZERO);
        assertThat(last.bytesPerSecond()).isPositive();
    }

    @Test
    void a_restore_can_be_cancelled_by_its_job() {
        backUp();
        NoteStore before = live.store();
        RestoreRequest request = RestoreRequest.newest().withListener(new RestoreListener() {
            private String job = "";

            @Override
            public void started(String jobId) {
                job = jobId;
            }

            @Override
            public void progressed(RestoreProgress progress) {
                assertThat(service.cancel(job, "an operator said so")).isTrue();
            }
        });
        assertThat(codeOf(() -> service.restores("notes").restore(request))).isEqualTo(ErrorCode.BACKUP_ABORTED);
        assertThat(live.store()).isSameAs(before);
        assertThat(jobs.list())
                .filteredOn(job -> job.kind() == JobKind.RESTORE)
                .singleElement()
                .extracting(Job::state)
                .isEqualTo(JobState.INTERRUPTED);
    }

    @Test
    void one_restore_or_drill_at_a_time() {
        backUp();
        List<ErrorCode> refusals = new ArrayList<>();
        RestoreRequest request = RestoreRequest.newest().withListener(new RestoreListener() {
            @Override
            public void progressed(RestoreProgress progress) {}

            @Override
            public void entered(RestorePhase phase) {
                Restores restores = service.restores("notes");
                refusals.add(codeOf(() -> restores.restore(RestoreRequest.newest())));
                refusals.add(codeOf(() -> restores.drill(new RestoreSelection.Newest())));
                refusals.add(codeOf(() -> service.backUp("notes")));
            }
        });
        service.restores("notes").restore(request);
        assertThat(refusals).hasSize(12).containsOnly(ErrorCode.BACKUP_ALREADY_RUNNING);
    }

    @Test
    void a_scheduled_drill_leaves_its_evidence_and_nothing_else() {
        BackupId backup = backUp();
        NoteStore before = live.store();
        service.put(settings().drillSchedule("0 3 * * 0", ZoneOffset.UTC).build(), live, live);

        time.runTo(time.now().plus(Duration.ofDays(7)));

        assertThat(verified).singleElement().satisfies(evidence -> {
            assertThat(evidence.level()).isEqualTo(VerifyLevel.RESTORED);
            assertThat(evidence.sound()).isTrue();
            assertThat(evidence.checked()).contains("3 notes read");
        });
        assertThat(service.backups("notes").get(0).verification()).contains(verified.get(0));
        assertThat(service.backups("notes").get(0).pinnedBy()).isEmpty();
        Job drill = service.status().get("notes").lastDrill().orElseThrow();
        assertThat(drill.kind()).isEqualTo(JobKind.DRILL);
        assertThat(drill.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(drill.backupId()).isEqualTo(backup.value());
        assertThat(live.store()).isSameAs(before);
        assertThat(live.events()).containsExactly("close");
    }

    @Test
    void a_drill_whose_probe_finds_the_store_bad_marks_the_backup_damaged() {
        BackupId backup = backUp();
        live.spoil();
        assertThat(service.restores("notes")
                        .drill(new RestoreSelection.Newest())
                        .damage())
                .isPresent();
        assertThat(service.repository("notes").get(backup).state()).isEqualTo(BackupEntry.State.DAMAGED);
        assertThat(service.status().get("notes").lastDrill().orElseThrow().state())
                .isEqualTo(JobState.FAILED);
    }

    @Test
    void neither_restores_nor_drills_count_as_backups() {
        backUp();
        service.restores("notes").drill(new RestoreSelection.Newest());
        service.restores("notes").restore(RestoreRequest.newest());
        assertThat(service.status().get("notes").lastSuccess().orElseThrow().kind())
                .isEqualTo(JobKind.BACKUP);
    }

    @Test
    void without_a_target_there_are_no_restores_and_no_scheduled_drills() {
        service.put(settings().build(), live);
        assertThatThrownBy(() -> service.restores("notes").restore(RestoreRequest.newest()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> service.put(
                        settings().drillSchedule("@weekly", ZoneOffset.UTC).build(), live))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void backups_of_a_service_with_keys_are_encrypted() {
        service.put(
                settings()
                        .encryption(
                                new Keys("ours").config().recipient("env:ours").build())
                        .build(),
                live,
                live);
        BackupId backup = backUp();

        assertThat(service.repository("notes")
                        .get(backup)
                        .manifest()
                        .orElseThrow()
                        .encryption())
                .isEqualTo("aes-256-gcm");
        assertThat(service.restores("notes").restore(RestoreRequest.newest()).warnings())
                .isEmpty();
    }
}
