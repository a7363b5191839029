package io.holdfast.backup.core.hold;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.repository.Attempt;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the hold, G1 to G3. */
class BackupHoldTest {
    @TempDir
    Path temporary;

    private final Bench bench = new Bench();
    private final SteppedDestination destination = bench.connect();
    private final Repository repository = bench.open(destination);
    private BackupHold hold;

    @BeforeEach
    void hold_the_repository() {
        hold = new BackupHold(temporary.resolve("hold"));
        hold.hold(repository);
    }

    private BackupId backUp(String... notes) {
        NoteStore store = new NoteStore();
        store.put("always", "there");
        for (String note : notes) {
            store.put(note, "text");
        }
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(store, BackupRequest.manual()).backupId();
        }
    }

    private List<String> held() {
        return read(hold.begin());
    }

    private static List<String> read(HoldSession session) {
        List<String> ids = new ArrayList<>();
        try (HeldIds held = session.sortedIds()) {
            held.forEachRemaining(ids::add);
        }
        return ids;
    }

    private Attempt begin() {
        return repository.begin(BackupKind.MANUAL, repository.newId(), "job", null);
    }

    @Test
    void without_backups_nothing_is_held() {
        HoldSession session = hold.begin();
        assertThat(read(session)).isEmpty();
        session.check();
    }

    @Test
    void the_ids_of_all_backups_come_sorted_by_their_bytes_and_once() {
        backUp("b", "\uffee");
        backUp("a", "\ud83d\ude00");
        assertThat(held()).containsExactly("a", "always", "b", "\uffee", "\ud83d\ude00");
    }

    @Test
    void what_a_deleted_backup_had_is_no_longer_held() {
        BackupId first = backUp("a");
        backUp("b");
        repository.delete(first);
        assertThat(held()).containsExactly("always", "b");
    }

    @Test
    void lists_that_are_the_same_are_read_once() {
        for (int i = 0; i < 5; i++) {
            backUp("a");
        }
        backUp("b");
        AtomicInteger opened = new AtomicInteger();
        destination.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                opened.addAndGet(call.startsWith("open") && call.endsWith("payload-ids.bin") ? 1 : 0);
            }
        });
        assertThat(held()).containsExactly("a", "always", "b");
        assertThat(opened).hasValue(2);
    }

    @Test
    void more_lists_than_may_be_open_go_through_files_that_are_removed() throws IOException {
        List<String> expected = new ArrayList<>(List.of("always"));
        for (int i = 0; i < 70; i++) {
            backUp("note-" + i, "note-" + (i + 1));
            expected.add("note-" + i);
        }
        expected.add("note-70");
        assertThat(held()).containsExactlyElementsOf(expected.stream().sorted().toList());
        try (Stream<Path> left = Files.list(temporary.resolve("hold"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_backup_in_flight_holds_everything_until_it_has_ended() {
        backUp("a");
        Attempt attempt = begin();
        HoldSession session = hold.begin();
        assertThat(codeOf(session::sortedIds)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        repository.discardAttempt(attempt.id(), "the test has seen enough");
        assertThat(held()).containsExactly("a", "always");
    }

    @Test
    void so_does_one_that_another_process_has_in_flight() {
        backUp("a");
        Repository other = bench.open();
        other.begin(BackupKind.MANUAL, other.newId(), "job", null);
        assertThat(codeOf(() -> hold.begin().sortedIds())).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void a_backup_that_begins_after_the_ids_were_read_stops_the_deletions() {
        backUp("a");
        HoldSession session = hold.begin();
        read(session);
        session.check();
        begin();
        assertThat(codeOf(session::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void so_does_one_that_was_published_since() {
        backUp("a");
        HoldSession session = hold.begin();
        read(session);
        backUp("b");
        assertThat(codeOf(session::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void and_a_restore_that_put_another_store_in_place_since_the_beginning() {
        backUp("a");
        HoldSession session = hold.begin();
        hold.storeSwapped();
        read(session);
        assertThat(codeOf(session::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        HoldSession next = hold.begin();
        read(next);
        next.check();
    }

    @Test
    void a_backup_that_was_deleted_since_stops_nothing() {
        BackupId first = backUp("a");
        backUp("b");
        HoldSession session = hold.begin();
        read(session);
        repository.delete(first);
        session.check();
    }

    @Test
    void nothing_may_be_deleted_before_the_last_id_was_read() {
        backUp("a", "b");
        HoldSession session = hold.begin();
        assertThatThrownBy(session::check).isInstanceOf(IllegalStateException.class);
        try (HeldIds ids = session.sortedIds()) {
            ids.next();
            assertThatThrownBy(session::check).isInstanceOf(IllegalStateException.class);
            ids.forEachRemaining(id -> {});
        }
        session.check();
    }

    @Test
    void a_manifest_that_cannot_be_read_holds_everything() {
        backUp("a");
        String key = "backups/" + backUp("b") + "/manifest.json";
        byte[] bytes = bench.server.bytes(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        bench.server.replace(key, bytes);
        assertThat(codeOf(this::held)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void so_does_a_list_that_is_damaged_or_missing_while_its_manifest_is_there() {
        String key = "backups/" + backUp("a") + "/payload-ids.bin";
        byte[] bytes = bench.server.bytes(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        bench.server.replace(key, bytes);
        assertThat(codeOf(this::held)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        bench.server.erase(key);
        assertThat(codeOf(this::held)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void a_list_that_was_replaced_by_a_sound_one_of_another_backup_holds_everything() {
        BackupId one = backUp("a");
        BackupId other = backUp("b");
        bench.server.replace(
                "backups/" + one + "/payload-ids.bin",
                bench.server.bytes("backups/" + other + "/payload-ids.bin").orElseThrow());
        assertThat(codeOf(this::held)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void a_list_whose_backup_was_deleted_meanwhile_is_passed_over() {
        BackupId first = backUp("a");
        backUp("b");
        deleteBeforeItsListIsOpened(first);
        assertThat(held()).containsExactly("always", "b");
    }

    @Test
    void and_is_read_from_another_backup_that_has_the_same() {
        backUp("a");
        BackupId twin = backUp("a");
        deleteBeforeItsListIsOpened(twin);
        assertThat(held()).containsExactly("a", "always");
    }

    private void deleteBeforeItsListIsOpened(BackupId doomed) {
        destination.hook(new SteppedDestination.Hook() {
            private boolean done;

            @Override
            public void before(int step, String call) {
                if (!done && call.equals("open backups/" + doomed + "/payload-ids.bin")) {
                    done = true;
                    bench.open().delete(doomed);
                }
            }
        });
    }

    @Test
    void a_destination_that_cannot_be_reached_holds_everything() {
        backUp("a");
        HoldSession session = hold.begin();
        read(session);
        bench.server.faults().inject(Fault.UNREACHABLE, () -> {});
        assertThat(codeOf(session::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
        assertThat(codeOf(this::held)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }

    @Test
    void a_repository_that_is_known_and_not_there_holds_everything_until_it_is_released() {
        backUp("a");
        hold.holdEverything("archive", "it is no longer configured");
        assertThatThrownBy(this::held).hasMessageContaining("archive");
        hold.release("archive");
        assertThat(held()).containsExactly("a", "always");
    }

    @Test
    void a_repository_that_was_added_since_stops_the_deletions() {
        backUp("a");
        HoldSession session = hold.begin();
        read(session);
        Bench elsewhere = new Bench();
        hold.hold(Repository.open(
                elsewhere.connect(),
                elsewhere.config(Bench.STORE).name("second").build()));
        assertThat(codeOf(session::check)).isEqualTo(ErrorCode.HOLD_UNAVAILABLE);
    }
}
