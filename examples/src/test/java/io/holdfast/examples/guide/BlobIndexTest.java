package io.holdfast.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.destination.Destination;
import io.holdfast.examples.TestContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobIndexTest {
    @TempDir
    Path directory;

    // snippet: first-backup
    @Test
    void an_index_comes_back_from_its_backup() {
        BlobIndex index = new BlobIndex();
        index.put("holiday.jpg", "sha256:77af778b51abd4a3c51c5ddd97204a9c3ae614ebccb75a606c3b6865aed6744e");
        BlobIndex fresh = new BlobIndex();

        try (Destination destination = Destinations.open(directory.toUri())) {
            StoreIdentity identity = new StoreIdentity("index-1", "blob-index");
            Repository repository = Repository.open(
                    destination, RepositoryConfig.builder(identity).build());
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                executor.run(index, BackupRequest.manual());
            }
            new Restorer(repository).restoreNewest(fresh);
        }

        assertThat(fresh.blobs()).isEqualTo(index.blobs());
    }
    // end

    @Test
    void an_index_with_names_refuses_a_restore_and_keeps_them() throws IOException {
        byte[] snapshot = snapshotOf(filled());
        BlobIndex other = new BlobIndex();
        other.put("kept", "blob");

        assertThatThrownBy(() -> other.restore(new ByteArrayInputStream(snapshot), new TestContext()))
                .isInstanceOf(RestoreDestinationNotEmptyException.class);
        assertThat(other.blobs()).containsOnlyKeys("kept");
    }

    @Test
    void a_damaged_stream_is_refused_and_leaves_an_empty_index_that_works() throws IOException {
        BlobIndex index = filled();
        byte[] snapshot = snapshotOf(index);
        BlobIndex fresh = new BlobIndex();
        for (int at = 0; at < snapshot.length; at++) {
            byte[] flipped = snapshot.clone();
            flipped[at] ^= 1;
            assertRefused(fresh, flipped);
            assertRefused(fresh, Arrays.copyOf(snapshot, at));
        }

        fresh.restore(new ByteArrayInputStream(snapshot), new TestContext());
        assertThat(fresh.blobs()).isEqualTo(index.blobs());
    }

    private static void assertRefused(BlobIndex fresh, byte[] snapshot) {
        assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(snapshot), new TestContext()))
                .isInstanceOf(RestoreCorruptException.class);
        assertThat(fresh.blobs()).isEmpty();
    }

    private static byte[] snapshotOf(BlobIndex index) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(index.backup(out, new TestContext()))
                .containsExactlyElementsOf(index.blobs().values());
        return out.toByteArray();
    }

    private static BlobIndex filled() {
        BlobIndex index = new BlobIndex();
        for (int i = 0; i < 5; i++) {
            index.put("name-" + i, "blob-" + i);
        }
        return index;
    }
}
