package io.holdfast.backup.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
    private static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");

    @TempDir
    Path directory;

    @Test
    void a_store_survives_its_own_loss() {
        NoteStore store = NoteStore.filled(1000);
        try (Destination destination =
                Destinations.open(directory.resolve("repo").toUri())) {
            Repository repository =
                    Repository.open(destination, RepositoryConfig.builder(STORE).build());
            Manifest manifest;
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                manifest = executor.run(store, BackupRequest.manual().withLabels(Map.of("why", "test")));
            }
            for (VerifyLevel level : List.of(VerifyLevel.PRESENT, VerifyLevel.DIGEST, VerifyLevel.DECODED)) {
                assertThat(new Verifier(repository)
                                .verify(manifest.backupId(), level)
                                .damage())
                        .isEmpty();
            }
            NoteStore fresh = new NoteStore();
            Manifest restored = new Restorer(repository).restoreNewest(fresh);

            assertThat(fresh.notes()).isEqualTo(store.notes());
            assertThat(restored).isEqualTo(manifest);
            assertThat(repository.list()).singleElement().satisfies(entry -> {
                assertThat(entry.state()).isEqualTo(BackupEntry.State.AVAILABLE);
                assertThat(entry.verification().orElseThrow().level()).isEqualTo(VerifyLevel.DECODED);
                assertThat(entry.manifest()).contains(manifest);
            });
        }
    }
}
