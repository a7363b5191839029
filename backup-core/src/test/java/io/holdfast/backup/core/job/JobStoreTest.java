package io.holdfast.backup.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobStoreTest {
    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00.123Z");

    /** What every job store does. */
    abstract static class Contract {
        abstract JobStore open();

        @Test
        void a_record_is_found_as_it_was_put_last() {
            try (JobStore store = open()) {
                Job running = job("a", 0, store);
                store.put(running);
                store.put(running.withBytes(7));
                assertThat(store.find("a")).contains(running.withBytes(7));

                Job failed =
                        running.ended(JobState.FAILED, TIME.plusSeconds(1), 9, ErrorCode.SOURCE_UNAVAILABLE, "why");
                store.put(failed);
                assertThat(store.find("a")).contains(failed);
                assertThat(store.find("b")).isEmpty();
            }
        }

        @Test
        void records_are_listed_newest_first_and_can_be_removed() {
            try (JobStore store = open()) {
                for (int i = 0; i < 5; i++) {
                    store.put(job("job-" + i, i, store).succeeded(TIME.plusSeconds(100), 1));
                }
                store.remove("job-2");
                store.remove("job-2");
                assertThat(store.list()).extracting(Job::id).containsExactly("job-4", "job-3", "job-1", "job-0");
            }
        }
    }

    @Nested
    class InMemory extends Contract {
        @Override
        JobStore open() {
            return new MemoryJobStore();
        }
    }

    @Nested
    class InDirectory extends Contract {
        @TempDir
        Path directory;

        @Override
        DirectoryJobStore open() {
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
                assertThat(store.interruptedAtOpen()).extracting(Job::id).containsExactly("running");
            }
            try (DirectoryJobStore store = open()) {
                assertThat(store.interruptedAtOpen()).isEmpty();
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

    private static Job job(String id, int seconds, JobStore store) {
        return Job.running(id, "repository", "01ARZ3NDEKTSV4RRFFQ69G5FAV", store.owner(), TIME.plusSeconds(seconds));
    }
}
