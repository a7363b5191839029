package io.holdfast.backup.core.service;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static io.holdfast.backup.core.testing.Snapshots.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupRun;
import io.holdfast.backup.core.hold.HeldIds;
import io.holdfast.backup.core.hold.HoldSession;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.retention.Doubt;
import io.holdfast.backup.core.retention.RetentionPlan;
import io.holdfast.backup.core.retention.RetentionPolicy;
import io.holdfast.backup.core.retention.RetentionReport;
import io.holdfast.backup.core.retention.RetentionRunner;
import io.holdfast.backup.core.retention.Rule;
import io.holdfast.backup.core.scheduler.MissedRuns;
import io.holdfast.backup.core.scheduler.SimulatedTime;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The front door, with real stores, real archives and simulated time. */
@Timeout(60)
class BackupServiceTest {
    private static final Instant START = Instant.parse("2026-05-01T00:00:00Z");

    @TempDir
    Path temporary;

    private final SimulatedTime time = new SimulatedTime(START);
    private final MemoryJobStore jobs = new MemoryJobStore();
    private final Map<String, MemoryServer> servers = new ConcurrentHashMap<>();
    private final List<BackupService> services = new ArrayList<>();
    private final List<String> events = new ArrayList<>();

    @AfterEach
    void close() {
        services.forEach(BackupService::close);
        jobs.close();
    }

    private MemoryServer server(String name) {
        return servers.computeIfAbsent(
                name, n -> MemoryServer.builder().clock(time.clock()).build());
    }

    private BackupServiceBuilder builder() {
        return BackupService.builder()
                .clock(time.clock())
                .alarmClock(time)
                .jobStore(jobs)
                .temporary(temporary)
                .destinations(config -> server(config.kind().orElseThrow()).open())
                .listener(new ServiceListener() {
                    @Override
                    public void skipped(String repository, String reason) {
                        events.add("skipped " + repository);
                    }

                    @Override
                    public void retentionEnded(String repository, RetentionReport report) {
                        events.add("retention " + repository + " "
                                + report.deleted().size());
                    }
                });
    }

    private BackupService service() {
        return opened(builder().threads(new SameThread()).build());
    }

    private BackupService threaded() {
        return opened(builder().build());
    }

    private BackupService opened(BackupService service) {
        services.add(service);
        return service;
    }

    private static RepositorySettings.Builder settings(String name) {
        return RepositorySettings.builder(
                        name, new StoreIdentity("notes-" + name, "notes"), DestinationConfig.of(name, Map.of()))
                .maxJitter(Duration.ZERO);
    }

    private static RepositorySettings hourly(String name) {
        return settings(name).schedule("@hourly", ZoneOffset.UTC).build();
    }

    private static List<Optional<Instant>> scheduledFor(BackupService service, String name) {
        return service.backups(name).stream()
                .map(backup -> backup.manifest().orElseThrow().scheduledFor())
                .toList();
    }

    private void pass(Duration duration) {
        time.runTo(time.now().plus(duration));
    }

    @Test
    void backups_are_made_on_schedule() {
        BackupService service = service();
        service.put(hourly("a"), NoteStore.filled(3));
        service.start();
        pass(Duration.ofHours(3));
        assertThat(scheduledFor(service, "a"))
                .containsExactly(
                        Optional.of(START.plusSeconds(3600)),
                        Optional.of(START.plusSeconds(7200)),
                        Optional.of(START.plusSeconds(10800)));
        assertThat(service.backups("a"))
                .allSatisfy(backup ->
                        assertThat(backup.manifest().orElseThrow().kind()).isEqualTo(BackupKind.SCHEDULED));
        assertThat(service.jobs()).hasSize(3).extracting(Job::state).containsOnly(JobState.SUCCEEDED);
        assertThat(service.preview("a", 2)).containsExactly(START.plusSeconds(4 * 3600), START.plusSeconds(5 * 3600));
    }

    @Test
    void nothing_runs_before_the_start_or_after_the_end() {
        BackupService service = service();
        service.put(hourly("a"), NoteStore.filled(3));
        pass(Duration.ofHours(2));
        service.start();
        pass(Duration.ofHours(1));
        service.close();
        pass(Duration.ofHours(2));
        assertThat(jobs.list()).extracting(Job::startedAt).containsExactly(START.plus(Duration.ofHours(3)));
        assertThatThrownBy(service::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_destination_that_is_down_stops_neither_the_start_nor_the_others_and_is_seen_in_the_status() {
        BackupService service = service();
        service.put(hourly("down"), NoteStore.filled(3));
        service.put(hourly("up"), NoteStore.filled(3));
        try (FaultInjection.Injection fault = server("down").faults().inject(Fault.UNREACHABLE, () -> {})) {
            service.start();
            pass(Duration.ofHours(2));
            assertThat(service.backups("up")).hasSize(2);
            RepositoryStatus down = service.status().get("down");
            assertThat(down.lastSuccess()).isEmpty();
            assertThat(down.lastFailure().orElseThrow().errorCode()).contains(ErrorCode.DESTINATION_UNREACHABLE);
            assertThat(down.overdue()).isTrue();
            assertThat(service.status().get("up").overdue()).isFalse();
        }
        pass(Duration.ofHours(1));
        RepositoryStatus back = service.status().get("down");
        assertThat(back.lastSuccess()).isPresent();
        assertThat(back.lastFailure()).isEmpty();
        assertThat(back.overdue()).isFalse();
        assertThat(back.nextRun()).contains(START.plus(Duration.ofHours(4)));
    }

    @Test
    void retention_follows_each_scheduled_backup() {
        BackupService service = service();
        service.put(
                settings("a")
                        .schedule("@hourly", ZoneOffset.UTC)
                        .retention(RetentionPolicy.builder().keep(Rule.LAST, 3).build())
                        .build(),
                NoteStore.filled(3));
        service.start();
        pass(Duration.ofHours(10));
        assertThat(service.backups("a")).hasSize(3);
        assertThat(events).endsWith("retention a 1").hasSize(10);
    }

    @Test
    void retention_waits_for_an_operator_who_confirms_for_good() {
        BackupService service = service();
        service.put(hourly("a"), NoteStore.filled(3));
        service.start();
        pass(Duration.ofHours(6));
        service.put(
                settings("a")
                        .schedule("@daily", ZoneOffset.UTC)
                        .retention(RetentionPolicy.builder().keep(Rule.LAST, 1).build())
                        .build(),
                NoteStore.filled(3));
        RetentionReport waiting = service.runRetention("a");
        assertThat(waiting.deleted()).isEmpty();
        assertThat(waiting.waitingFor()).extracting(Doubt::kind).containsExactly(Doubt.Kind.MORE_THAN_HALF);
        service.confirmRetention("a", waiting.waitingFor().get(0).token());
        assertThat(service.runRetention("a").deleted()).hasSize(5);
        assertThat(service.backups("a")).hasSize(1);
    }

    @Test
    void one_backup_that_cannot_be_deleted_does_not_keep_the_others() {
        BackupService service = service();
        service.put(
                settings("a")
                        .retention(RetentionPolicy.builder().keep(Rule.LAST, 4).build())
                        .build(),
                NoteStore.filled(3));
        service.start();
        for (int i = 0; i < 6; i++) {
            service.backUp("a");
            pass(Duration.ofMinutes(1));
        }
        List<BackupId> ids = service.backups("a").stream().map(BackupEntry::id).toList();
        // A pin that a plan made before it knows nothing of.
        RetentionPlan plan = service.planRetention("a");
        service.pin("a", ids.get(0), "operator", "wants it");
        RetentionReport report =
                new RetentionRunner(service.repository("a")).run(plan, Set.of(), id -> false, new Cancellation());
        assertThat(report.deleted()).containsExactly(ids.get(1));
        assertThat(report.failures()).containsOnlyKeys(ids.get(0));
        service.unpin("a", ids.get(0), "operator");
        assertThat(service.backups("a").get(0).pinnedBy()).isEmpty();
    }

    @Test
    void a_tick_that_another_process_has_done_is_passed_over() {
        BackupService one = service();
        one.put(hourly("a"), NoteStore.filled(3));
        BackupService two = service();
        two.put(hourly("a"), NoteStore.filled(3));
        one.start();
        two.start();
        pass(Duration.ofHours(3));
        assertThat(one.backups("a")).hasSize(3);
        assertThat(events).containsExactly("skipped a", "skipped a", "skipped a");
    }

    @Test
    void when_the_holder_of_a_lock_dies_another_process_makes_its_backup() {
        Instant lapse = START.plus(Duration.ofMinutes(65));
        BackupService service = opened(builder()
                .threads(new SameThread())
                .guard(repository ->
                        time.now().isBefore(lapse) ? Optional.empty() : RunGuard.NONE.tryAcquire(repository))
                .build());
        service.put(hourly("a"), NoteStore.filled(3));
        service.start();
        pass(Duration.ofMinutes(64));
        assertThat(jobs.list()).isEmpty();
        assertThat(codeOf(() -> service.backUp("a"))).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        pass(Duration.ofMinutes(30));
        assertThat(scheduledFor(service, "a")).containsExactly(Optional.of(START.plus(Duration.ofHours(1))));
    }

    @Test
    void a_tick_is_given_up_when_the_next_one_has_come() {
        Instant lapse = START.plus(Duration.ofMinutes(125));
        BackupService service = opened(builder()
                .threads(new SameThread())
                .guard(repository ->
                        time.now().isBefore(lapse) ? Optional.empty() : RunGuard.NONE.tryAcquire(repository))
                .build());
        service.put(hourly("a"), NoteStore.filled(3));
        service.start();
        pass(Duration.ofMinutes(170));
        assertThat(scheduledFor(service, "a")).containsExactly(Optional.of(START.plus(Duration.ofHours(2))));
    }

    @Test
    void a_lock_is_extended_while_the_run_lasts_and_given_back_when_the_store_has_returned() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        Stuck stuck = new Stuck();
        BackupService service = opened(builder()
                .guard(repository -> Optional.of(new RunGuard.Lease() {
                    @Override
                    public void extend() {
                        calls.add("extend");
                    }

                    @Override
                    public void close() {
                        calls.add("close");
                    }
                }))
                .build());
        service.put(settings("a").build(), stuck);
        BackupRun run = service.backUp("a");
        stuck.inStore.await();
        passUntil(() -> calls.size() >= 2);
        run.cancel("enough");
        int untilCancel = calls.size();
        passUntil(() -> calls.size() > untilCancel);
        assertThat(calls).containsOnly("extend");
        stuck.leave.countDown();
        await().until(() -> calls.contains("close"));
        pass(Duration.ofMinutes(5));
        assertThat(calls.indexOf("close")).isEqualTo(calls.size() - 1);
    }

    @Test
    void who_is_refused_because_of_a_run_of_this_process_is_told_its_job() throws Exception {
        AtomicBoolean taken = new AtomicBoolean();
        Stuck stuck = new Stuck();
        BackupService service = opened(builder()
                .guard(repository ->
                        taken.compareAndSet(false, true) ? RunGuard.NONE.tryAcquire(repository) : Optional.empty())
                .build());
        service.put(settings("a").build(), stuck);
        BackupRun run = service.backUp("a");
        stuck.inStore.await();
        assertThatThrownBy(() -> service.backUp("a"))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING))
                .hasMessageContaining(run.jobId());
        stuck.leave.countDown();
        run.await();
    }

    private void passUntil(BooleanSupplier condition) {
        await().until(() -> {
            if (!condition.getAsBoolean()) {
                pass(Duration.ofSeconds(20));
            }
            return condition.getAsBoolean();
        });
    }

    /** A store that writes a byte and then waits. */
    private static final class Stuck implements Backupable {
        private final CountDownLatch inStore = new CountDownLatch(1);
        private final CountDownLatch leave = new CountDownLatch(1);
        private final Backupable inner = store((out, context) -> {
            out.write(1);
            inStore.countDown();
            leave.await();
            return context.newPayloadIDSet();
        });

        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            return inner.backup(out, context);
        }

        @Override
        public void restore(InputStream in, BackupContext context) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void closing_cancels_what_runs_and_closes_the_destination_when_the_store_has_returned() throws Exception {
        Stuck stuck = new Stuck();
        BackupService service = threaded();
        service.put(hourly("a"), stuck);
        service.start();
        pass(Duration.ofHours(1));
        stuck.inStore.await();
        service.close();
        assertThat(jobs.list()).extracting(Job::state).containsExactly(JobState.INTERRUPTED);
        stuck.leave.countDown();
        await().until(() -> server("a").keys().stream().noneMatch(key -> key.startsWith("backups/")));
    }

    @Test
    void a_run_can_be_cancelled_by_its_job() throws Exception {
        Stuck stuck = new Stuck();
        BackupService service = threaded();
        service.put(settings("a").build(), stuck);
        BackupRun run = service.backUp("a");
        stuck.inStore.await();
        assertThat(service.status().get("a").running().orElseThrow().id()).isEqualTo(run.jobId());
        assertThat(service.cancel("another", "test")).isFalse();
        assertThat(service.cancel(run.jobId(), "test")).isTrue();
        assertThatThrownBy(run::await).isInstanceOf(BackupException.class);
        stuck.leave.countDown();
        run.awaitRelease();
    }

    @Test
    void a_repository_is_not_opened_a_second_time_while_its_store_is_in_a_backup() throws Exception {
        Stuck stuck = new Stuck();
        BackupService service = threaded();
        RepositorySettings settings = settings("a").build();
        service.put(settings, stuck);
        BackupRun run = service.backUp("a");
        stuck.inStore.await();
        assertThat(codeOf(() -> service.put(settings, NoteStore.filled(1))))
                .isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        service.remove("a");
        assertThat(codeOf(() -> service.put(settings, NoteStore.filled(1))))
                .isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        stuck.leave.countDown();
        run.awaitRelease();
        service.put(settings, NoteStore.filled(1));
        assertThat(service.backUp("a").await().kind()).isEqualTo(BackupKind.MANUAL);
    }

    private static List<String> held(BackupService service) {
        List<String> ids = new ArrayList<>();
        HoldSession session = service.hold().begin();
        try (HeldIds held = session.sortedIds()) {
            held.forEachRemaining(ids::add);
        }
        session.check();
        return ids;
    }

    @Test
    void a_removed_repository_goes_on_to_be_held_until_it_is_released_also_by_the_next_process() {
        BackupService service = service();
        service.start();
        service.put(settings("a").build(), NoteStore.filled(2));
        service.put(settings("b").build(), NoteStore.filled(3));
        service.backUp("a");
        service.backUp("b");
        service.remove("b");
        assertThat(held(service)).containsExactly("note-0", "note-1", "note-2");
        service.close();

        BackupService next = service();
        next.put(settings("a").build(), NoteStore.filled(2));
        next.start();
        assertThatThrownBy(() -> held(next)).hasMessageContaining("b=it is no longer configured");
        next.releaseHold("b");
        assertThat(held(next)).containsExactly("note-0", "note-1");
        assertThatThrownBy(() -> next.releaseHold("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_repository_that_cannot_be_opened_holds_everything() {
        BackupService service = service();
        service.put(settings("a").build(), NoteStore.filled(2));
        try (FaultInjection.Injection fault = server("a").faults().inject(Fault.DENIED, () -> {})) {
            assertThat(codeOf(() -> held(service))).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        }
        assertThat(held(service)).isEmpty();
    }

    @Test
    void a_backup_that_is_verified_is_told_and_shown() {
        BackupService service = service();
        service.put(settings("a").build(), NoteStore.filled(2));
        BackupId id = service.backUp("a").await().backupId();
        assertThat(service.verify("a", id, VerifyLevel.DECODED).sound()).isTrue();
        assertThat(service.backups("a").get(0).verification()).isPresent();
        assertThat(service.sweep("a").failures()).isEmpty();
    }

    @Test
    void missed_runs_are_made_up_for_once_when_asked() {
        BackupService service = service();
        RepositorySettings settings = settings("a")
                .schedule("@daily", ZoneOffset.UTC)
                .missedRuns(MissedRuns.ONCE)
                .build();
        service.put(settings, NoteStore.filled(3));
        service.start();
        pass(Duration.ofHours(25));
        service.close();
        pass(Duration.ofDays(4));

        BackupService next = service();
        next.put(settings, NoteStore.filled(3));
        next.start();
        assertThat(scheduledFor(next, "a"))
                .containsExactly(
                        Optional.of(START.plus(Duration.ofDays(1))), Optional.of(START.plus(Duration.ofDays(5))));
    }

    @Test
    void an_unknown_name_is_refused_with_the_known_ones() {
        BackupService service = service();
        service.put(settings("a").build(), NoteStore.filled(2));
        assertThatThrownBy(() -> service.backUp("b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[a]");
    }

    @Test
    void a_wrong_schedule_is_refused_and_the_one_before_stays() {
        BackupService service = service();
        service.put(hourly("a"), NoteStore.filled(2));
        service.start();
        assertThat(codeOf(() -> service.put(
                        settings("a").schedule("0 25 * * *", ZoneOffset.UTC).build(), NoteStore.filled(2))))
                .isEqualTo(ErrorCode.SCHEDULE_INVALID);
        pass(Duration.ofHours(1));
        assertThat(service.backups("a")).hasSize(1);
    }

    @Test
    void old_jobs_are_forgotten_and_leftovers_swept() {
        BackupService service = service();
        service.put(settings("a").schedule("@daily", ZoneOffset.UTC).build(), NoteStore.filled(2));
        service.start();
        BackupId dead = service.repository("a")
                .begin(BackupKind.MANUAL, service.repository("a").newId(), "dead", null)
                .id();
        pass(Duration.ofDays(40));
        assertThat(service.jobs()).hasSizeBetween(30, 31);
        assertThat(service.backups("a")).hasSize(40);
        assertThat(server("a").bytes("backups/" + dead + "/intent.json")).isEmpty();
    }
}
