package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.PreviousBackup;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose a repository is, in what order its backups are, and who may write to it (F5, F6). */
@Timeout(60)
class RepositoryTest {
    private static final StoreIdentity SECOND = new StoreIdentity("notes-2", "notes");

    private final Bench bench = new Bench();

    private Repository open(StoreIdentity store) {
        return Repository.open(bench.connect(), bench.config(store).build());
    }

    private Repository adopt(StoreIdentity store) {
        return Repository.adoptStore(bench.connect(), bench.config(store).build());
    }

    @Test
    void a_second_store_is_refused_until_it_adopts_the_lineage() {
        Repository first = bench.open();
        BackupId old = bench.backUp(first);

        assertThat(Bench.codeOf(() -> open(SECOND))).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        Repository second = adopt(SECOND);

        assertThat(second.id()).isEqualTo(first.id());
        BackupId next = bench.backUp(second);
        assertThat(bench.listed()).containsExactly(old, next);
        bench.requireSound(old);
    }

    @Test
    void the_old_store_is_refused_at_its_next_backup() {
        Repository first = bench.open();
        bench.backUp(first);
        adopt(SECOND);

        assertThat(Bench.codeOf(() -> bench.backUp(first))).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        assertThat(Bench.codeOf(bench::open)).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        assertThat(bench.listed()).hasSize(1);
    }

    @Test
    void a_store_of_another_kind_can_neither_open_nor_adopt() {
        bench.open();
        StoreIdentity other = new StoreIdentity("tables-1", "tables");

        assertThat(Bench.codeOf(() -> open(other))).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        assertThat(Bench.codeOf(() -> adopt(other))).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
    }

    @Test
    void there_must_be_something_to_adopt() {
        assertThat(Bench.codeOf(() -> adopt(SECOND))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        assertThat(bench.server.keys()).isEmpty();
    }

    @Test
    void adopting_again_changes_nothing() {
        bench.open();
        adopt(SECOND);
        List<String> before = bench.server.keys();

        adopt(SECOND);

        assertThat(bench.server.keys()).isEqualTo(before);
    }

    @Test
    void of_two_adopters_at_once_one_is_refused() {
        bench.open();
        SteppedDestination slow = bench.connect();
        slow.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.startsWith("commit lineage/")) {
                    adopt(SECOND);
                }
            }
        });

        assertThat(Bench.codeOf(() -> Repository.adoptStore(
                        slow,
                        bench.config(new StoreIdentity("notes-3", "notes")).build())))
                .isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        bench.backUp(open(SECOND));
    }

    @Test
    void of_many_creators_at_once_all_have_the_same_repository() throws Exception {
        int count = 8;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            CyclicBarrier barrier = new CyclicBarrier(count);
            Callable<Repository> creator = () -> {
                barrier.await();
                return bench.open();
            };
            List<Future<Repository>> created = threads.invokeAll(java.util.Collections.nCopies(count, creator));
            for (Future<Repository> one : created) {
                assertThat(one.get().id()).isEqualTo(bench.open().id());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void no_repository_is_made_among_other_objects_but_they_can_be_read() {
        BackupId id = bench.backUp(bench.open());
        bench.server.erase("repository.json");
        List<String> before = bench.server.keys();

        assertThat(Bench.codeOf(bench::open)).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);

        assertThat(bench.server.keys()).isEqualTo(before);
        NoteStore restored = new NoteStore();
        new Restorer(Repository.openReadOnly(bench.connect())).restore(id, restored);
        assertThat(restored.notes()).hasSize(10);
    }

    @Test
    void a_writer_whose_repository_was_removed_makes_no_other() {
        Repository repository = bench.open();
        bench.server.erase("repository.json");

        assertThat(Bench.codeOf(() -> bench.backUp(repository))).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT);
        assertThat(bench.server.keys()).isEmpty();
    }

    @Test
    void ids_ascend_even_if_the_clock_goes_back_a_year() {
        BackupId first = bench.backUp(bench.open());
        bench.hostClock.move(Duration.ofDays(-365));

        BackupId second = bench.backUp(bench.open());
        BackupId third = bench.backUp(bench.open());

        assertThat(second).isGreaterThan(first);
        assertThat(third).isGreaterThan(second);
        assertThat(bench.listed()).containsExactly(first, second, third);
    }

    @Test
    void every_manifest_names_the_one_before_it_by_its_digest() throws Exception {
        BackupId first = bench.backUp(bench.open());
        bench.hostClock.move(Duration.ofDays(100));
        BackupId second = bench.backUp(bench.open());
        bench.hostClock.move(Duration.ofSeconds(1));
        BackupId unpublished = begin(bench.open()).id();
        BackupId third = bench.backUp(bench.open());

        assertThat(previous(first)).isNull();
        assertThat(previous(second)).isEqualTo(new PreviousBackup(first, digestOf(first)));
        assertThat(previous(third)).isEqualTo(new PreviousBackup(second, digestOf(second)));
        assertThat(unpublished).isBetween(second, third);
    }

    private PreviousBackup previous(BackupId id) {
        return bench.open().get(id).manifest().orElseThrow().previousOrNull();
    }

    private String digestOf(BackupId id) throws Exception {
        byte[] manifest = bench.server.bytes("backups/" + id + "/manifest.json").orElseThrow();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
    }

    private static Attempt begin(Repository repository) {
        return repository.begin(BackupKind.MANUAL, repository.newId(), "job-1", null);
    }

    @Test
    void a_repository_that_is_opened_for_reading_writes_nothing() {
        BackupId id = bench.backUp(bench.open());
        begin(bench.open());
        SteppedDestination destination = bench.connect();
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                assertThat(call).matches("(open|stat|list) .*");
            }
        });
        Repository reading = Repository.openReadOnly(destination);
        reading.list();
        new Verifier(reading).verify(id, VerifyLevel.DECODED);
        new Restorer(reading).restoreNewest(new NoteStore());

        requireReadOnly(reading, id);
    }

    private static void requireReadOnly(Repository reading, BackupId id) {
        assertThat(reading.readOnlyReason()).isPresent();
        List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> writes = List.of(
                reading::sweep,
                () -> reading.delete(id),
                () -> reading.pin(id, "operator", ""),
                () -> reading.unpin(id, "operator"),
                () -> reading.discardAttempt(id, ""),
                reading::newId,
                () -> reading.begin(BackupKind.MANUAL, id, "job", null));
        assertThat(writes)
                .allSatisfy(
                        write -> assertThat(Bench.codeOf(write)).isEqualTo(ErrorCode.DESTINATION_PERMISSION_DENIED));
    }

    @Test
    void a_destination_without_exclusive_commits_is_for_a_single_writer() {
        MemoryServer plain = MemoryServer.builder().capabilities(Set.of()).build();
        Repository.open(
                plain.open(), bench.config(Bench.STORE).singleWriter(true).build());
        assertThat(plain.keys()).containsExactly("repository.json");
        Repository reading =
                Repository.open(plain.open(), bench.config(Bench.STORE).build());

        requireReadOnly(reading, new BackupId("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
        try (BackupExecutor executor = BackupExecutor.builder(reading).build()) {
            assertThat(Bench.codeOf(() -> executor.run(NoteStore.filled(1), BackupRequest.manual())))
                    .isEqualTo(ErrorCode.DESTINATION_PERMISSION_DENIED);
        }
        assertThat(plain.keys()).containsExactly("repository.json");
    }

    @Test
    void a_pins_owner_is_checked_before_anything_is_asked() {
        Repository repository = bench.open();
        BackupId id = bench.backUp(repository);

        for (String owner : List.of("", ".", "..", "a/b", "ü", "a".repeat(101))) {
            assertThatThrownBy(() -> repository.pin(id, owner, "")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> repository.pin(id, "o", "r".repeat(1025)))
                .isInstanceOf(IllegalArgumentException.class);
        repository.pin(id, "a".repeat(100), "r".repeat(1024));
    }
}
