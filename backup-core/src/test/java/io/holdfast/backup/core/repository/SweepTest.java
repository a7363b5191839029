package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection.Injection;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sweep removes, and what it must never remove (F3, H7). */
@Timeout(60)
class SweepTest {
    private final Bench bench = new Bench();
    private final Repository repository = bench.open();

    private static Attempt begin(Repository repository) {
        return repository.begin(BackupKind.MANUAL, repository.newId(), "job-1", null);
    }

    @Test
    void an_attempt_is_dead_by_the_destinations_time_and_not_by_the_hosts() {
        Attempt attempt = begin(repository);
        bench.hostClock.move(Duration.ofDays(3650));
        bench.serverClock.move(Duration.ofHours(23));
        assertThat(repository.sweep().voided()).isEmpty();

        bench.hostClock.move(Duration.ofDays(-7300));
        bench.serverClock.move(Duration.ofHours(2));
        assertThat(repository.sweep().voided()).containsExactly(attempt.id());
        assertThat(bench.objectsOf(attempt.id())).containsExactly("manifest.json");
    }

    @Test
    void a_sign_of_life_keeps_an_attempt_for_another_grace() {
        Attempt attempt = begin(repository);
        bench.serverClock.move(Duration.ofHours(23));
        assertThat(attempt.signOfLife()).isTrue();
        bench.serverClock.move(Duration.ofHours(23));

        assertThat(repository.sweep().voided()).isEmpty();
        bench.serverClock.move(Duration.ofHours(2));
        assertThat(repository.sweep().voided()).containsExactly(attempt.id());
        assertThat(attempt.signOfLife()).isFalse();
    }

    @Test
    void an_attempt_gives_no_sign_of_life_once_it_is_discarded() {
        Attempt attempt = begin(repository);
        attempt.signOfLife();
        attempt.discard();

        assertThat(attempt.signOfLife()).isFalse();
        assertThat(bench.server.keys()).containsExactly("repository.json");
    }

    @Test
    void the_upload_of_a_living_attempt_is_not_abandoned_however_idle() throws IOException {
        Attempt attempt = begin(bench.open());
        try (ObjectUpload upload = attempt.uploadPayload()) {
            upload.write(new byte[10]);
            for (int hour = 0; hour < 40; hour += 20) {
                bench.serverClock.move(Duration.ofHours(20));
                attempt.signOfLife();
            }

            assertThat(bench.open().sweep().removedUploads()).isZero();
            upload.commit();
        }
    }

    @Test
    void foreign_objects_are_left_alone() {
        List<String> foreign =
                List.of("backups/readme.txt", "backups/not-a-backup/payload.bin", "notes.txt", "zoo/backups/x");
        foreign.forEach(key -> bench.server.replace(key, new byte[1]));
        bench.serverClock.move(Duration.ofDays(365));

        assertThat(repository.sweep().failures()).isEmpty();

        assertThat(bench.server.keys()).containsAll(foreign);
        assertThat(repository.list()).isEmpty();
    }

    @Test
    void a_void_marker_stays_for_thirty_days() {
        BackupId id = begin(repository).id();
        bench.serverClock.move(Duration.ofDays(2));
        repository.sweep();
        bench.serverClock.move(Duration.ofDays(30));
        repository.sweep();
        assertThat(bench.objectsOf(id)).containsExactly("manifest.json");

        bench.serverClock.move(Duration.ofMinutes(1));
        repository.sweep();
        assertThat(bench.server.keys()).containsExactly("repository.json");
    }

    @Test
    void what_a_late_writer_leaves_behind_a_void_marker_is_removed() throws IOException {
        Attempt attempt = begin(repository);
        bench.serverClock.move(Duration.ofDays(2));
        bench.open().sweep();
        for (ObjectUpload late : List.of(attempt.uploadPayload(), attempt.uploadPayloadIds())) {
            try (late) {
                late.write(new byte[10]);
                late.commit();
            }
        }

        bench.open().sweep();

        assertThat(bench.objectsOf(attempt.id())).containsExactly("manifest.json");
    }

    @Test
    void a_damaged_backup_is_not_swept() {
        BackupId id = bench.backUp(repository);
        bench.server.erase("backups/" + id + "/payload.bin");
        bench.server.replace("backups/" + id + "/manifest.json", new byte[10]);
        bench.serverClock.move(Duration.ofDays(365));

        assertThat(repository.sweep().failures()).hasSize(1);

        assertThat(bench.objectsOf(id)).containsExactly("intent.json", "manifest.json", "payload-ids.bin");
        assertThat(bench.listed()).containsExactly(id);
    }

    /** How a call fails. */
    private enum Failure {
        ONCE_BEFORE(ErrorCode.DESTINATION_UNREACHABLE, false, false),
        FROM_NOW_ON(ErrorCode.DESTINATION_UNREACHABLE, false, true),
        ANSWER_LOST(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, true, false),
        REQUEST_LOST(ErrorCode.DESTINATION_OUTCOME_UNKNOWN, false, false),
        DENIED(ErrorCode.DESTINATION_PERMISSION_DENIED, false, false);

        private final ErrorCode code;
        private final boolean afterwards;
        private final boolean forever;

        Failure(ErrorCode code, boolean afterwards, boolean forever) {
            this.code = code;
            this.afterwards = afterwards;
            this.forever = forever;
        }

        SteppedDestination.Hook at(int fatal) {
            return new SteppedDestination.Hook() {
                @Override
                public void before(int step, String call) {
                    if (!afterwards) {
                        fail(step, call);
                    }
                }

                @Override
                public void after(int step, String call) {
                    if (afterwards) {
                        fail(step, call);
                    }
                }

                private void fail(int step, String call) {
                    if (step == fatal || (forever && step > fatal)) {
                        throw new DestinationException(code, call, "injected at " + call, null);
                    }
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void no_failure_of_any_call_makes_a_sweep_remove_a_backup_or_a_living_attempt(Failure failure) {
        int faults = 0;
        for (boolean hit = true; hit; faults++) {
            hit = sweepsSafely(failure, faults + 1);
        }
        assertThat(faults).isGreaterThan(10);
    }

    /** Returns false if the sweep was over before the fault. */
    private static boolean sweepsSafely(Failure failure, int at) {
        Bench bench = new Bench();
        Repository repository = bench.open();
        BackupId published = bench.backUp(repository);
        BackupId doomed = bench.backUp(repository);
        begin(repository);
        bench.server.replace("backups/" + doomed + "/deleting.json", new byte[1]);
        bench.serverClock.move(Duration.ofDays(1));
        Attempt living = begin(repository);
        bench.serverClock.move(Duration.ofHours(1));
        SteppedDestination destination = bench.connect();
        Repository sweeping = bench.open(destination);
        destination.hook(failure.at(at));
        try {
            sweeping.sweep();
        } catch (BackupException e) {
            assertThat(e.code()).isEqualTo(failure.code);
        }
        boolean hit = destination.steps() >= at;

        bench.requireSound(published);
        assertThat(bench.objectsOf(living.id())).containsExactly("intent.json");
        assertThat(living.signOfLife()).isTrue();
        for (int i = 0; i < 2; i++) {
            bench.serverClock.move(Duration.ofHours(25));
            living.signOfLife();
            assertThat(bench.open().sweep().failures()).isEmpty();
        }
        bench.requireSound(published);
        assertThat(bench.listed()).containsExactly(published);
        return hit;
    }

    @Test
    void a_listing_that_breaks_off_removes_nothing() {
        BackupId published = bench.backUp(repository);
        BackupId dead = begin(repository).id();
        bench.serverClock.move(Duration.ofDays(2));
        try (Injection broken = bench.server.faults().inject(Fault.LIST_BREAKS, () -> {})) {
            assertThat(Bench.codeOf(repository::sweep)).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
        }

        bench.requireSound(published);
        assertThat(bench.objectsOf(dead)).containsExactly("intent.json");
    }
}
