package io.holdfast.examples.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.hold.BackupHold;
import io.holdfast.backup.core.hold.HeldIds;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.destination.Destination;
import io.holdfast.examples.guide.BlobIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of G4, and what becomes of blocks in another one. */
class BlockCollectorTest {
    @TempDir
    Path directory;

    private final BlobIndex index = new BlobIndex();
    private BlockDirectory blocks;
    private Destination destination;
    private Repository repository;
    private BackupHold hold;

    @BeforeEach
    void open() throws IOException {
        blocks = new BlockDirectory(directory.resolve("blocks"));
        destination = Destinations.open(directory.resolve("backups").toUri());
        repository = Repository.open(
                destination,
                RepositoryConfig.builder(new StoreIdentity("index-1", "blob-index"))
                        .build());
        hold = new BackupHold(directory.resolve("temporary"));
        hold.hold(repository);
    }

    @AfterEach
    void close() {
        destination.close();
    }

    private String write(String name, String text) throws IOException {
        String id = blocks.put(text.getBytes(StandardCharsets.UTF_8));
        index.put(name, id);
        return id;
    }

    private BackupId backUp() {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(index, BackupRequest.manual()).backupId();
        }
    }

    private SortedSet<String> live() {
        return new TreeSet<>(index.blobs().values());
    }

    @Test
    void what_nobody_refers_to_is_deleted_and_what_a_backup_needs_stays() throws IOException {
        String needed = write("report", "first");
        BackupId backup = backUp();
        String garbage = write("report", "second");
        String live = write("report", "third");

        BlockCollector collector = new BlockCollector(blocks, this::live, hold);
        assertThat(collector.collect()).containsExactly(garbage);
        assertThat(blocks.list()).containsExactlyInAnyOrder(needed, live);

        repository.delete(backup);
        assertThat(collector.collect()).containsExactly(needed);
    }

    @Test
    void a_block_that_was_backed_up_and_dropped_while_the_collector_worked_survives() throws IOException {
        String needed = write("report", "first");
        BlockCollector collector = new BlockCollector(
                blocks,
                () -> {
                    backUpAndDrop();
                    return live();
                },
                hold);
        assertThat(collector.collect()).isEmpty();
        assertThat(blocks.has(needed)).isTrue();
    }

    @Test
    void the_other_order_loses_it() throws IOException {
        String needed = write("report", "first");
        Set<String> held = new TreeSet<>();
        try (HeldIds ids = hold.begin().sortedIds()) {
            ids.forEachRemaining(held::add);
        }
        backUpAndDrop();
        SortedSet<String> live = live();
        for (String block : blocks.list()) {
            if (!live.contains(block) && !held.contains(block)) {
                blocks.delete(block);
            }
        }
        assertThat(repository.list()).hasSize(1);
        assertThat(blocks.has(needed)).as("the block that the backup needs").isFalse();
    }

    private void backUpAndDrop() {
        try {
            backUp();
            write("report", "second");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_backup_in_flight_lets_nothing_be_deleted() throws IOException {
        write("report", "first");
        write("report", "second");
        List<String> before = blocks.list();
        repository.begin(BackupKind.MANUAL, repository.newId(), "job", null);
        assertThatThrownBy(new BlockCollector(blocks, this::live, hold)::collect)
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOLD_UNAVAILABLE));
        assertThat(blocks.list()).isEqualTo(before);
    }
}
