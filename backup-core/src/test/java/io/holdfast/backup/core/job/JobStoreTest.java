package io.holdfast.backup.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobStoreTest {
    @Nested
    class InMemory extends JobStoreConformance {
        @Override
        protected JobStore open() {
            return new MemoryJobStore();
        }
    }

    @Nested
    class InDirectory extends JobStoreConformance {
        @TempDir
        Path directory;

        @Override
        protected DirectoryJobStore open() {
            return DirectoryJobStore.open(directory, () -> TIME.plusSeconds(50));
        }

        @Test
        void records_survive_and_what_ran_when_the_process_died_is_interrupted() {
            Job done;
            try (JobStore store = open()) {
                store.put(job("running", 0, store));
                done = job("done", 1, store).succeeded(TIME.plusSeconds(2), 5);
                store.put(done);
            }
            try (DirectoryJobStore store = open()) {
                assertThat(store.find("done")).contains(done);
                assertThat(store.find("running")).hasValueSatisfying(job -> {
                    assertThat(job.state()).isEqualTo(JobState.INTERRUPTED);
                    assertThat(job.errorCode()).contains(ErrorCode.BACKUP_ABORTED);
                    assertThat(job.finishedAt()).contains(TIME.plusSeconds(50));
                });
                assertThat(store.interruptDead()).extracting(Job::id).containsExactly("running");
                assertThat(store.interruptDead()).isEmpty();
            }
            try (DirectoryJobStore store = open()) {
                assertThat(store.interruptDead()).isEmpty();
            }
        }

        @Test
        void notes_survive() {
            try (JobStore store = open()) {
                store.putNote("held:a", "text");
            }
            try (JobStore store = open()) {
                assertThat(store.notes()).containsEntry("held:a", "text");
            }
        }

        @Test
        void a_directory_that_is_open_is_refused_and_stays_usable() {
            try (JobStore store = open()) {
                assertThatThrownBy(this::open)
                        .isInstanceOfSatisfying(
                                BackupException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_PATH_CONFLICT));
                store.put(job("a", 0, store));
            }
            open().close();
        }

        @Test
        void a_record_that_cannot_be_read_hides_no_other() throws Exception {
            try (JobStore store = open()) {
                store.put(job("a", 0, store).succeeded(TIME, 0));
                Files.writeString(directory.resolve("b.json"), "{");
                Files.writeString(directory.resolve("c.json"), "{\"id\":\"c\"}");
                assertThat(store.list()).extracting(Job::id).containsExactly("a");
            }
        }

        @Test
        void a_record_that_was_half_written_is_cleaned_away() throws Exception {
            open().close();
            Files.writeString(directory.resolve("a.tmp"), "{");
            open().close();
            assertThat(directory.resolve("a.tmp")).doesNotExist();
        }

        @Test
        void an_id_that_is_no_file_name_is_refused() {
            try (JobStore store = open()) {
                assertThatThrownBy(() -> store.find("../a")).isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void a_closed_store_is_of_no_use() {
            JobStore store = open();
            store.close();
            store.close();
            assertThatThrownBy(store::list).isInstanceOf(IllegalStateException.class);
        }
    }
}
