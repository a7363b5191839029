package io.holdfast.backup.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every job store does. Extend it for one of your own, in a test of JUnit Jupiter; AssertJ must be on the class path. Published as
 * the artifact {@code backup-core} with the type {@code test-jar}.
 */
public abstract class JobStoreConformance {
    protected static final Instant TIME = Instant.parse("2026-01-31T02:00:00.123Z");

    /**
     * Opens a store, which the test closes. Each test has an instance of this class, and begins without records; within one, every call
     * opens the same records, for another owner, as another process would.
     *
     * @return the store
     */
    protected abstract JobStore open();

    protected static Job job(String id, int seconds, JobStore store) {
        return Job.running(id, "repository", "01ARZ3NDEKTSV4RRFFQ69G5FAV", store.owner(), TIME.plusSeconds(seconds));
    }

    @Test
    void a_record_is_found_as_it_was_put_last() {
        try (JobStore store = open()) {
            Job running = job("a", 0, store);
            store.put(running);
            store.put(running.withBytes(7));
            assertThat(store.find("a")).contains(running.withBytes(7));

            Job failed = running.ended(
                    JobState.FAILED,
                    TIME.plusSeconds(1).plusNanos(987_654_321),
                    Long.MAX_VALUE,
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "why: \u00e8 \ud83d\ude00 '\"");
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

    @Test
    void every_opening_is_another_owner() {
        String first;
        try (JobStore store = open()) {
            first = store.owner();
        }
        try (JobStore store = open()) {
            assertThat(store.owner()).isNotEmpty().isNotEqualTo(first);
        }
    }

    @Test
    void the_jobs_of_this_process_are_not_those_of_a_dead_one() {
        try (JobStore store = open()) {
            store.put(job("a", 0, store));
            assertThat(store.interruptDead()).isEmpty();
            assertThat(store.find("a").orElseThrow().state()).isEqualTo(JobState.RUNNING);
        }
    }

    @Test
    void old_finished_jobs_can_be_removed_and_running_ones_stay() {
        try (JobStore store = open()) {
            store.put(job("running", 0, store));
            store.put(job("old", 0, store).succeeded(TIME.plusSeconds(10), 1));
            store.put(
                    job("failed", 0, store).ended(JobState.FAILED, TIME.plusSeconds(10), 0, ErrorCode.INTERNAL, "why"));
            store.put(job("young", 0, store).succeeded(TIME.plusSeconds(20), 1));
            assertThat(store.removeFinishedBefore(TIME.plusSeconds(20))).isEqualTo(2);
            assertThat(store.list()).extracting(Job::id).containsExactlyInAnyOrder("running", "young");
        }
    }

    @Test
    void notes_are_kept_replaced_and_removed() {
        try (JobStore store = open()) {
            store.putNote("confirmed:a/b", "one");
            store.putNote("held:\u0061", "");
            store.putNote("confirmed:a/b", "two \u00e8");
            assertThat(store.notes())
                    .containsEntry("confirmed:a/b", "two \u00e8")
                    .containsKey("held:a")
                    .hasSize(2);
            store.removeNote("confirmed:a/b");
            store.removeNote("confirmed:a/b");
            assertThat(store.notes()).containsOnlyKeys("held:a");
            assertThatThrownBy(() -> store.putNote("no blanks", "")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.putNote("a", "x".repeat(1001))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void many_threads_lose_nothing() throws Exception {
        try (JobStore store = open()) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Void>> puts = IntStream.range(0, 40)
                        .mapToObj(i -> (Callable<Void>) () -> {
                            store.put(job("job-" + i, i, store));
                            store.put(job("job-" + i, i, store).withBytes(i));
                            store.putNote("note-" + i % 5, "text");
                            return null;
                        })
                        .toList();
                for (Future<Void> put : threads.invokeAll(puts)) {
                    put.get();
                }
            } finally {
                threads.shutdown();
            }
            assertThat(store.list())
                    .hasSize(40)
                    .allSatisfy(job -> assertThat("job-" + job.bytes()).isEqualTo(job.id()));
            assertThat(store.notes()).hasSize(5);
        }
    }
}
