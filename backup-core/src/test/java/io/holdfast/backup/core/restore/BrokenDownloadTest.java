package io.holdfast.backup.core.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.BreakingDestination;
import io.holdfast.backup.core.testing.BreakingDestination.Break;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restores and verifications over downloads that break (R7). */
class BrokenDownloadTest {
    private static final Break RESET = () -> {
        throw new SocketException("Connection reset");
    };

    private final Bench bench = new Bench();
    private final NoteStore store = NoteStore.filled(1_000);
    private BackupId backup;

    @BeforeEach
    void backUp() {
        try (BackupExecutor executor = BackupExecutor.builder(bench.open()).build()) {
            backup = executor.run(store, BackupRequest.manual()).backupId();
        }
    }

    private Repository breaking(int after, int times, Break how) {
        return Repository.openReadOnly(new BreakingDestination(bench.server.open(), "payload.bin", after, times, how));
    }

    @Test
    void a_restore_completes_and_its_progress_tells_of_resumptions() {
        List<Progress> heard = new ArrayList<>();
        NoteStore fresh = new NoteStore();

        new Restorer(breaking(200, 3, RESET), told -> heard.add(told.progress())).restore(backup, fresh);

        assertThat(fresh.notes()).isEqualTo(store.notes());
        assertThat(heard).extracting(Progress::resumptions).contains(1L, 2L, 3L).endsWith(3L);
    }

    @Test
    void a_verification_completes() {
        assertThat(new Verifier(breaking(200, 3, RESET))
                        .verify(backup, VerifyLevel.DIGEST)
                        .damage())
                .isEmpty();
    }

    @Test
    void a_cancellation_ends_a_restore_that_waits() {
        Cancellation cancellation = new Cancellation();
        Break cancelled = () -> {
            cancellation.cancel("enough");
            throw new SocketException("Connection reset");
        };

        assertThat(Bench.codeOf(() ->
                        new Restorer(breaking(200, 1_000, cancelled)).restore(backup, new NoteStore(), cancellation)))
                .isEqualTo(ErrorCode.BACKUP_ABORTED);
    }

    /** Bytes that come from two objects, each as it was written, must not pass. */
    private void replacePayload() throws IOException {
        String key = "backups/" + backup + "/payload.bin";
        byte[] bytes;
        try (Destination destination = bench.server.open();
                InputStream in = destination.open(key, 0)) {
            bytes = in.readAllBytes();
        }
        bytes[bytes.length - 1] ^= 1;
        bench.server.replace(key, bytes);
    }

    private final Break replaced = () -> {
        replacePayload();
        throw new SocketException("Connection reset");
    };

    @Test
    void a_restore_refuses_the_rest_of_another_object() {
        NoteStore fresh = new NoteStore();

        assertThat(Bench.codeOf(() -> new Restorer(breaking(200, 1, replaced)).restore(backup, fresh)))
                .isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
        assertThat(fresh.notes()).isEmpty();
    }

    @Test
    void a_verification_finds_the_rest_of_another_object() {
        assertThat(new Verifier(breaking(200, 1, replaced))
                        .verify(backup, VerifyLevel.DIGEST)
                        .damage())
                .map(Verification.Damage::code)
                .contains(ErrorCode.INTEGRITY_MISMATCH);
    }
}
