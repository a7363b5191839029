package io.holdfast.backup.core.restore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orchestrated restores of a store in a directory. */
class DirectorySwapTest {
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
        swap = new DirectorySwap(directory.resolve("db"), Bench.STORE, FileNotes::new, () -> blockers);
        FileNotes.write(swap.current(), "old");
        backup = executor.run(new FileNotes(swap.current()), BackupRequest.manual())
                .backupId();
        FileNotes.write(swap.current(), "live");
    }

    @AfterEach
    void close() {
        executor.close();
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
            assertThat(entries).hasSize(2);
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
    void an_old_store_that_a_crash_after_the_swap_left_is_removed() throws IOException {
        StagedStore staged = swap.stage();
        FileNotes.write(directory.resolve("db/store-2"), "new");
        staged.swap();
        assertThat(swap.recover()).singleElement().asString().contains("store-1");
        assertThat(FileNotes.read(swap.current())).isEqualTo("new");
        requireNothingLeft();
        staged.close();
        assertThat(FileNotes.read(swap.current())).isEqualTo("new");
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
