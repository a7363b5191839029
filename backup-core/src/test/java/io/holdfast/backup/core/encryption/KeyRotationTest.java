package io.holdfast.backup.core.encryption;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.KeyRotation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyRotationTest {
    private static final KeyRotation.Listener NOBODY = (done, total) -> {};

    private final Bench bench = new Bench();
    private final Keys host = new Keys("OLD", "NEW");
    private final NoteStore store = NoteStore.filled(10);

    private final EncryptionConfig old = host.config().recipient("env:OLD").build();
    private final EncryptionConfig fresh = host.config().recipient("env:NEW").build();
    private final EncryptionConfig oldToNew =
            host.config().recipient("env:NEW").accept("env:OLD").build();
    private final EncryptionConfig newToOld =
            host.config().recipient("env:OLD").accept("env:NEW").build();

    private Repository open(EncryptionConfig encryption) {
        return open(bench.connect(), encryption);
    }

    private Repository open(SteppedDestination destination, EncryptionConfig encryption) {
        return Repository.open(
                destination, bench.config(Bench.STORE).encryption(encryption).build());
    }

    private List<BackupId> backUp(int count) {
        Repository repository = open(old);
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return Stream.generate(
                            () -> executor.run(store, BackupRequest.manual()).backupId())
                    .limit(count)
                    .toList();
        }
    }

    private void requireAllReadable(EncryptionConfig encryption, List<BackupId> backups) {
        Repository reader = Repository.openReadOnly(bench.connect(), encryption);
        assertThat(reader.list()).extracting(BackupEntry::id).containsExactlyElementsOf(backups);
        for (BackupId backup : backups) {
            NoteStore restored = new NoteStore();
            new Restorer(reader).restore(backup, restored);
            assertThat(restored.notes()).isEqualTo(store.notes());
        }
    }

    @Test
    void after_a_rotation_the_new_key_opens_everything_and_the_old_one_nothing() {
        List<BackupId> backups = backUp(3);
        List<String> heard = new ArrayList<>();
        KeyRotation.Report report = new KeyRotation(open(oldToNew))
                .rotateAll((done, total) -> heard.add(done + "/" + total), new Cancellation());
        assertThat(report.rotated()).isEqualTo(backups);
        assertThat(report.failures()).isEmpty();
        assertThat(heard).containsExactly("1/3", "2/3", "3/3");
        requireAllReadable(fresh, backups);
        assertThat(codeOf(() -> Repository.openReadOnly(bench.connect(), old)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
    }

    @Test
    void a_rotation_rewrites_no_data() {
        List<BackupId> backups = backUp(1);
        List<String> before = bench.server.keys();
        new KeyRotation(open(oldToNew)).rotateAll(NOBODY, new Cancellation());
        List<String> after = bench.server.keys();
        assertThat(after.stream().filter(key -> !key.contains("keys/")))
                .containsExactlyElementsOf(
                        before.stream().filter(key -> !key.contains("keys/")).toList());
        assertThat(after).hasSameSizeAs(before).isNotEqualTo(before);
        requireAllReadable(fresh, backups);
    }

    @Test
    void one_backup_is_rewrapped_alone() {
        List<BackupId> backups = backUp(2);
        new KeyRotation(open(oldToNew)).rewrap(backups.get(0), "env:NEW");
        requireAllReadable(oldToNew, backups);
        Repository onlyOld = Repository.openReadOnly(bench.connect(), old);
        assertThat(codeOf(() -> new Restorer(onlyOld).restore(backups.get(0), new NoteStore())))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        new Restorer(onlyOld).restore(backups.get(1), new NoteStore());
    }

    @Test
    void interrupted_before_and_after_any_step_everything_stays_readable_and_a_second_rotation_finishes() {
        int steps = stepsOfARotation();
        for (int dying = 1; dying <= steps; dying++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                KeyRotationTest world = new KeyRotationTest();
                List<BackupId> backups = world.backUp(2);
                SteppedDestination destination = world.bench.connect();
                Repository repository = world.open(destination, world.oldToNew);
                destination.hook(world.killer(dying, afterwards));
                try {
                    new KeyRotation(repository).rotateAll(NOBODY, new Cancellation());
                } catch (BackupException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
                }
                world.requireAllReadable(world.oldToNew, backups);
                new KeyRotation(world.open(world.oldToNew)).rotateAll(NOBODY, new Cancellation());
                world.requireAllReadable(world.fresh, backups);
            }
        }
    }

    private int stepsOfARotation() {
        KeyRotationTest world = new KeyRotationTest();
        world.backUp(2);
        SteppedDestination destination = world.bench.connect();
        Repository repository = world.open(destination, world.oldToNew);
        destination.hook(new SteppedDestination.Hook() {});
        new KeyRotation(repository).rotateAll(NOBODY, new Cancellation());
        assertThat(destination.steps()).isGreaterThan(15);
        return destination.steps();
    }

    /** From one step on, nothing works any more. */
    private SteppedDestination.Hook killer(int dying, boolean afterwards) {
        return new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (step > dying || (step == dying && !afterwards)) {
                    throw new BackupException(ErrorCode.INTERNAL, "killed");
                }
            }

            @Override
            public void after(int step, String call) {
                if (step == dying && afterwards) {
                    throw new BackupException(ErrorCode.INTERNAL, "killed");
                }
            }
        };
    }

    @Test
    void two_rotations_in_opposite_directions_at_once_leave_everything_readable_whatever_the_interleaving() {
        int steps = stepsOfARotation();
        for (int at = 1; at <= steps; at++) {
            int meeting = at;
            KeyRotationTest world = new KeyRotationTest();
            List<BackupId> backups = world.backUp(2);
            SteppedDestination destination = world.bench.connect();
            Repository forth = world.open(destination, world.oldToNew);
            Repository back = world.open(world.newToOld);
            destination.hook(new SteppedDestination.Hook() {
                @Override
                public void before(int step, String call) {
                    if (step == meeting) {
                        new KeyRotation(back).rotateAll(NOBODY, new Cancellation());
                    }
                }
            });
            try {
                new KeyRotation(forth).rotateAll(NOBODY, new Cancellation());
            } catch (BackupException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
            }
            world.requireAllReadable(world.oldToNew, backups);
        }
    }

    @Test
    void a_deletion_at_any_step_of_a_rotation_leaves_no_attempt_behind() {
        int steps = stepsOfARotation();
        for (int at = 1; at <= steps; at++) {
            int meeting = at;
            KeyRotationTest world = new KeyRotationTest();
            List<BackupId> backups = world.backUp(2);
            SteppedDestination destination = world.bench.connect();
            Repository rotating = world.open(destination, world.oldToNew);
            Repository deleting = world.open(world.oldToNew);
            destination.hook(new SteppedDestination.Hook() {
                @Override
                public void before(int step, String call) {
                    if (step == meeting) {
                        deleting.delete(backups.get(0));
                    }
                }
            });
            new KeyRotation(rotating).rotateAll(NOBODY, new Cancellation());
            assertThat(world.bench.objectsOf(backups.get(0))).as("step %d", at).containsExactly("manifest.json");
            world.requireAllReadable(world.oldToNew, backups.subList(1, 2));
        }
    }

    @Test
    void a_backup_whose_key_cannot_be_had_is_reported_and_stops_no_other() {
        List<BackupId> backups = backUp(3);
        bench.server.keys().stream()
                .filter(key -> key.startsWith("backups/" + backups.get(1) + "/keys/"))
                .forEach(bench.server::erase);
        KeyRotation.Report report = new KeyRotation(open(oldToNew)).rotateAll(NOBODY, new Cancellation());
        assertThat(report.rotated()).containsExactly(backups.get(0), backups.get(2));
        assertThat(report.failures())
                .singleElement()
                .asString()
                .contains(backups.get(1).value());
    }

    @Test
    void a_rotation_waits_for_no_run_and_lets_none_begin() {
        backUp(1);
        Repository repository = open(oldToNew);
        repository.runLock().acquire("job-1");
        assertThat(codeOf(() -> new KeyRotation(repository).rotateAll(NOBODY, new Cancellation())))
                .isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        repository.runLock().release("job-1");
        new KeyRotation(repository)
                .rotateAll(
                        (done, total) -> assertThat(
                                        codeOf(() -> repository.runLock().acquire("job-2")))
                                .isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING),
                        new Cancellation());
        repository.runLock().acquire("job-3");
    }

    @Test
    void a_cancelled_rotation_ends_between_two_backups() {
        List<BackupId> backups = backUp(3);
        Cancellation cancellation = new Cancellation();
        assertThat(codeOf(() -> new KeyRotation(open(oldToNew))
                        .rotateAll((done, total) -> cancellation.cancel("enough"), cancellation)))
                .isEqualTo(ErrorCode.BACKUP_ABORTED);
        requireAllReadable(oldToNew, backups);
    }

    @Test
    void a_plain_repository_has_nothing_to_rotate() {
        Bench plain = new Bench();
        assertThat(codeOf(() -> new KeyRotation(plain.open()))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
    }
}
