package io.holdfast.backup.core.restore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.JobKind;
import io.holdfast.backup.core.job.JobState;
import io.holdfast.backup.core.job.MemoryJobStore;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.service.SafetyBackups;
import io.holdfast.backup.core.testing.Bench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orchestrated restores of a store in a directory. */
class DirectorySwapTest {
    private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

    @TempDir
    Path directory;

    private final Bench bench = new Bench();
    private final Repository repository = bench.open();
    private final MemoryJobStore jobs = new MemoryJobStore();
    private final BackupExecutor executor = BackupExecutor.builder(repository).build();
    private final List<String> blockers = new ArrayList<>();
    private DirectorySwap swap;
    private BackupId backup;

    @BeforeEach
    void back_up_and_go_on() throws IOException {
        swap = swap(Bench.STORE).build();
        FileNotes.write(swap.current(), "old");
        backup = executor.run(new FileNotes(swap.current()), BackupRequest.manual())
                .backupId();
        FileNotes.write(swap.current(), "live");
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private DirectorySwap.Builder swap(StoreIdentity identity) {
        return DirectorySwap.builder(directory.resolve("db"), identity, FileNotes::new)
                .blockers(() -> blockers);
    }

    private RestoreOrchestrator.Builder orchestrator() {
        return RestoreOrchestrator.builder(repository, swap).jobStore(jobs);
    }

    private RestoreResult restore() {
        return orchestrator().build().restore(new RestoreSelection.Newest(), new Cancellation());
    }

    private void requireUntouched() throws IOException {
        assertThat(FileNotes.read(swap.current())).isEqualTo("live");
        requireNothingLeft();
    }

    private void requireNothingLeft() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("db"))) {
            assertThat(entries.map(entry -> String.valueOf(entry.getFileName())))
                    .hasSize(3)
                    .contains("CURRENT", "LOCK");
        }
        assertThat(repository.get(backup).pinnedBy()).isEmpty();
        repository.runLock().acquire("next");
        repository.runLock().release("next");
    }

    @Test
    void a_restore_makes_the_backup_the_live_store_and_leaves_nothing() throws IOException {
        assertThat(restore().warnings()).isEmpty();
        assertThat(FileNotes.read(swap.current())).isEqualTo("old");
        requireNothingLeft();
        assertThat(jobs.list()).singleElement().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(job.bytes()).isEqualTo(3);
        });
    }

    @Test
    void a_safety_backup_holds_the_live_store_and_is_never_the_newest() throws IOException {
        BackupId safety = orchestrator()
                .safetyBackup(new SafetyBackups(executor, new FileNotes(swap.current())))
                .build()
                .restore(new RestoreSelection.Newest(), new Cancellation())
                .safetyBackup()
                .orElseThrow();
        assertThat(repository.get(safety).manifest().orElseThrow().kind()).isEqualTo(BackupKind.SAFETY);
        assertThat(restore().restored().backupId()).isEqualTo(backup);
    }

    @Test
    void a_corrupt_payload_is_never_swapped_in() throws IOException {
        String key = "backups/" + backup + "/payload.bin";
        byte[] bytes = bench.server.bytes(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        bench.server.replace(key, bytes);

        assertThat(Bench.codeOf(this::restore)).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
        requireUntouched();
        assertThat(jobs.list()).singleElement().extracting(job -> job.state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void a_cancelled_restore_swaps_nothing() throws IOException {
        Cancellation cancellation = new Cancellation();
        RestoreOrchestrator cancelling = orchestrator()
                .listener(progress -> cancellation.cancel("an operator said so"))
                .build();
        assertThat(Bench.codeOf(() -> cancelling.restore(new RestoreSelection.Newest(), cancellation)))
                .isEqualTo(ErrorCode.BACKUP_ABORTED);
        requireUntouched();
        assertThat(jobs.list()).singleElement().extracting(job -> job.state()).isEqualTo(JobState.INTERRUPTED);
    }

    @Test
    void blockers_refuse_a_restore_and_a_dry_run_names_them() throws IOException {
        blockers.add("share photos is enabled");
        assertThat(Bench.codeOf(this::restore)).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        assertThat(orchestrator().build().plan(new RestoreSelection.Newest()).obstacles())
                .singleElement()
                .asString()
                .contains("share photos");
        requireUntouched();
    }

    @Test
    void a_run_in_progress_excludes_a_restore() throws IOException {
        repository.runLock().acquire("backup-1");
        assertThat(Bench.codeOf(this::restore)).isEqualTo(ErrorCode.BACKUP_ALREADY_RUNNING);
        repository.runLock().release("backup-1");
        requireUntouched();
    }

    @Test
    void a_staged_store_that_a_crash_left_is_removed_and_named() throws IOException {
        Path staged = directory.resolve("db/store-2");
        Files.createDirectory(staged);
        FileNotes.write(staged, "half");
        assertThat(swap.recover()).singleElement().asString().contains("store-2");
        requireUntouched();
    }

    @Test
    void what_is_staged_is_neither_removed_nor_staged_twice() throws IOException {
        try (StagedStore staged = swap.stage()) {
            assertThat(swap.recover()).isEmpty();
            assertThat(FileNotes.read(swap.current())).isEqualTo("live");
            assertThat(Bench.codeOf(swap::stage)).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
            assertThat(directory.resolve("db/store-2")).isDirectory();
        }
        requireUntouched();
    }

    @Test
    void after_a_swap_the_application_finds_the_new_store_before_the_old_one_is_removed() throws IOException {
        List<String> seen = new ArrayList<>();
        Path old = swap.current();
        swap = swap(Bench.STORE)
                .whenSwapped(() -> {
                    try {
                        seen.add(FileNotes.read(swap.current()));
                        seen.add(FileNotes.read(old));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .build();
        assertThat(restore().warnings()).isEmpty();
        assertThat(seen).containsExactly("old", "live");
    }

    @Test
    void an_application_that_cannot_open_the_new_store_keeps_the_old_one() throws IOException {
        Path old = swap.current();
        swap = swap(Bench.STORE)
                .whenSwapped(() -> {
                    throw new IllegalStateException("the engine does not open");
                })
                .build();
        assertThat(restore().warnings()).singleElement().asString().contains("the engine does not open");
        assertThat(FileNotes.read(old)).isEqualTo("live");
        assertThat(FileNotes.read(swap.current())).isEqualTo("old");
        assertThat(old).doesNotExist();
    }

    @Test
    void a_failure_after_the_swap_is_a_warning() throws IOException {
        RestoreResult result = orchestrator()
                .whenSwapped(() -> {
                    throw new IllegalStateException("nobody listens");
                })
                .build()
                .restore(new RestoreSelection.Newest(), new Cancellation());
        assertThat(result.warnings()).singleElement().asString().contains("nobody listens");
        assertThat(FileNotes.read(swap.current())).isEqualTo("old");
        requireNothingLeft();
    }

    @Test
    void a_store_of_another_lineage_is_refused() throws IOException {
        DirectorySwap stranger = swap(new StoreIdentity("notes-2", "notes")).build();
        assertThat(Bench.codeOf(() -> RestoreOrchestrator.builder(repository, stranger)
                        .build()
                        .restore(new RestoreSelection.Newest(), new Cancellation())))
                .isEqualTo(ErrorCode.STORE_MISMATCH);
        requireUntouched();
    }

    @Test
    void a_pin_of_a_restore_that_died_is_released_at_the_next_start() throws IOException {
        Job job =
                Job.running("01ARZ3NDEKTSV4RRFFQ69G5FAV", JobKind.RESTORE, repository.name(), backup.value(), "o", NOW);
        repository.pin(backup, "restore-" + job.id(), "a restore reads it");
        repository.pin(backup, "operator", "audit");
        jobs.put(job);
        assertThat(orchestrator().build().recover()).isEmpty();
        jobs.put(job.ended(JobState.INTERRUPTED, NOW, 0, ErrorCode.BACKUP_ABORTED, "died"));
        assertThat(orchestrator().build().recover()).singleElement().asString().contains(backup.value());
        assertThat(repository.get(backup).pinnedBy()).containsExactly("operator");
    }

    @Test
    void data_without_a_pointer_is_never_removed() throws IOException {
        Files.delete(directory.resolve("db/CURRENT"));
        assertThatThrownBy(swap::current).isInstanceOf(BackupException.class);
        assertThat(FileNotes.read(directory.resolve("db/store-1"))).isEqualTo("live");
    }

    @Test
    void a_link_in_the_place_of_a_generation_is_refused() throws IOException {
        Files.createSymbolicLink(directory.resolve("db/store-2"), directory);
        assertThatThrownBy(swap::recover).isInstanceOf(BackupException.class);
        assertThat(directory.resolve("db/store-2")).isSymbolicLink();
    }
}
