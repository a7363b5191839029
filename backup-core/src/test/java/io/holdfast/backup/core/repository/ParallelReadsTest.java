package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many reads at once look like one after the other. */
@Timeout(60)
class ParallelReadsTest {
    private final List<Integer> results = new ArrayList<>();

    private void readAll(int count, Function<Integer, Integer> read) {
        try (ParallelReads<Integer, Integer> reads = new ParallelReads<>(read, results::add)) {
            IntStream.range(0, count).forEach(reads::ask);
            reads.finish();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().equals("holdfast-read"))
                .count();
    }

    @Test
    void results_come_in_the_order_in_which_they_were_asked_for() {
        Random random = new Random(1);
        readAll(1_000, i -> {
            for (int spin = random.nextInt(20_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            return i;
        });
        assertThat(results)
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void a_few_are_read_in_the_callers_thread_and_more_by_others_at_the_same_time() {
        Set<Thread> readers = ConcurrentHashMap.newKeySet();
        readAll(ParallelReads.FEW, i -> {
            readers.add(Thread.currentThread());
            return i;
        });
        assertThat(readers).containsExactly(Thread.currentThread());

        // Each of the first ones after them waits for all the others.
        CountDownLatch together = new CountDownLatch(8);
        readAll(ParallelReads.FEW + 8, i -> {
            if (i >= ParallelReads.FEW) {
                together.countDown();
                try {
                    together.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return i;
        });
        assertThat(results).hasSize(2 * ParallelReads.FEW + 8);
    }

    @Test
    void a_failure_comes_in_the_place_of_its_result_and_ends_the_threads() {
        AtomicInteger running = new AtomicInteger();
        assertThatThrownBy(() -> readAll(500, i -> {
                    running.incrementAndGet();
                    try {
                        if (i == 100) {
                            throw new BackupException(ErrorCode.DESTINATION_UNREACHABLE, "number " + i);
                        }
                        return i;
                    } finally {
                        running.decrementAndGet();
                    }
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("number 100");
        assertThat(results).hasSize(100);
        assertThat(running).as("nothing is read any more").hasValue(0);
    }

    @Test
    void an_interrupt_ends_the_wait_and_the_reads_with_the_flag_kept() {
        Thread caller = Thread.currentThread();
        AtomicInteger interrupted = new AtomicInteger();
        assertThatThrownBy(() -> readAll(ParallelReads.FEW + 8, i -> {
                    if (i < ParallelReads.FEW) {
                        return i;
                    }
                    caller.interrupt();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                    throw new BackupAbortedException("interrupted");
                }))
                .isInstanceOf(BackupAbortedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).as("reads that had begun").hasPositiveValue();
    }

    @Test
    void no_thread_stays() {
        readAll(100, i -> i);
        await().until(() -> threads() == 0);
    }
}
