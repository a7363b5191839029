package io.holdfast.backup.core.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.NoteStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a restore takes, and what it makes of stores and archives that are not as they should be. */
class RestorerTest {
    private final Bench bench = new Bench();
    private final Repository repository = bench.open();
    private final Restorer restorer = new Restorer(repository);

    /** A store's restore method. */
    private interface Loading {
        void restore(InputStream in) throws IOException;
    }

    private static Backupable store(Loading loading) {
        return new Backupable() {
            @Override
            public PayloadIDSet backup(OutputStream out, BackupContext context) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void restore(InputStream in, BackupContext context) throws IOException {
                loading.restore(in);
            }
        };
    }

    private void flipByteOfPayload(BackupId id) {
        String key = "backups/" + id + "/payload.bin";
        byte[] bytes = bench.server.bytes(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        bench.server.replace(key, bytes);
    }

    @Test
    void a_damaged_newest_backup_is_refused_and_the_older_one_named() {
        BackupId older = bench.backUp(repository);
        BackupId newest = bench.backUp(repository);
        bench.server.erase("backups/" + newest + "/payload.bin");

        assertThatThrownBy(() -> restorer.restoreNewest(new NoteStore()))
                .hasMessageContaining(newest.value())
                .hasMessageContaining(older.value())
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKUP_INCOMPLETE));
        NoteStore store = new NoteStore();
        restorer.restore(older, store);
        assertThat(store.notes()).hasSize(10);
    }

    @Test
    void a_newest_backup_that_a_verification_found_damaged_is_refused() {
        bench.backUp(repository);
        BackupId newest = bench.backUp(repository);
        flipByteOfPayload(newest);
        new Verifier(repository).verify(newest, VerifyLevel.DIGEST);

        assertThat(Bench.codeOf(restorer::newest)).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
    }

    @Test
    void a_safety_backup_is_never_the_newest() {
        BackupId chosen = bench.backUp(repository);
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            executor.run(NoteStore.filled(3), new BackupRequest(BackupKind.SAFETY, new TreeMap<>(Map.of()), null));
        }

        assertThat(restorer.newest().id()).isEqualTo(chosen);
    }

    @Test
    void nothing_to_restore_is_not_found() {
        assertThat(Bench.codeOf(restorer::newest)).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
    }

    @Test
    void a_store_that_stops_reading_early_is_not_restored() {
        BackupId id = bench.backUp(repository);

        assertThat(Bench.codeOf(() -> restorer.restore(id, store(InputStream::read))))
                .isEqualTo(ErrorCode.RESTORE_CORRUPT);
    }

    @Test
    void a_store_that_stops_right_before_the_end_is_restored_only_if_the_rest_agrees() throws IOException {
        BackupId id = bench.backUp(repository);
        int size = (int) repository.get(id).manifest().orElseThrow().plainSize();
        Backupable exact = store(in -> assertThat(in.readNBytes(size)).hasSize(size));
        restorer.restore(id, exact);
        flipByteOfPayload(id);

        assertThat(Bench.codeOf(() -> restorer.restore(id, exact))).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
    }

    @Test
    void a_store_that_swallows_a_failure_of_the_stream_is_not_restored() {
        BackupId id = bench.backUp(repository);
        flipByteOfPayload(id);

        assertThat(Bench.codeOf(() -> restorer.restore(id, store(in -> {
                    try {
                        in.readAllBytes();
                    } catch (BackupException e) {
                        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
                    }
                }))))
                .isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
    }

    @Test
    void a_store_that_fails_by_itself_is_to_blame() {
        BackupId id = bench.backUp(repository);

        assertThat(Bench.codeOf(() -> restorer.restore(id, store(in -> {
                    throw new IllegalStateException("its bug");
                }))))
                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE);
    }

    @Test
    void a_store_with_data_is_refused_and_keeps_it() {
        BackupId id = bench.backUp(repository);
        NoteStore store = NoteStore.filled(1);

        assertThatThrownBy(() -> restorer.restore(id, store)).isInstanceOf(RestoreDestinationNotEmptyException.class);
        assertThat(store.notes()).hasSize(1);
    }

    @Test
    void a_cancelled_restore_ends() {
        BackupId id = bench.backUp(repository);
        Cancellation cancellation = new Cancellation();

        assertThat(Bench.codeOf(() -> restorer.restore(
                        id,
                        store(in -> {
                            in.read();
                            cancellation.cancel("test");
                            in.readAllBytes();
                        }),
                        cancellation)))
                .isEqualTo(ErrorCode.BACKUP_ABORTED);
    }

    @Test
    void a_verification_is_kept_and_takes_the_place_of_the_one_before() {
        BackupId id = bench.backUp(repository);
        Verifier verifier = new Verifier(repository);
        verifier.verify(id, VerifyLevel.DIGEST);
        verifier.verify(id, VerifyLevel.DECODED);

        assertThat(bench.objectsOf(id))
                .filteredOn(name -> name.startsWith("verifications/"))
                .hasSize(1);
        assertThat(repository.get(id).verification().orElseThrow().level()).isEqualTo(VerifyLevel.DECODED);
    }

    @Test
    void damage_that_was_found_and_mended_is_forgotten_by_the_next_verification() {
        BackupId id = bench.backUp(repository);
        Verifier verifier = new Verifier(repository);
        flipByteOfPayload(id);
        assertThat(verifier.verify(id, VerifyLevel.DIGEST).sound()).isFalse();
        assertThat(repository.get(id).damage()).isPresent();
        flipByteOfPayload(id);

        assertThat(verifier.verify(id, VerifyLevel.DIGEST).sound()).isTrue();
        assertThat(repository.get(id).damage()).isEmpty();
    }

    @Test
    void a_glance_does_not_hide_what_a_closer_look_has_found() {
        BackupId id = bench.backUp(repository);
        Verifier verifier = new Verifier(repository);
        flipByteOfPayload(id);
        verifier.verify(id, VerifyLevel.DIGEST);

        assertThat(verifier.verify(id, VerifyLevel.PRESENT).sound()).isTrue();

        assertThat(Bench.codeOf(restorer::newest)).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
    }
}
