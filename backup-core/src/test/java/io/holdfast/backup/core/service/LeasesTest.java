package io.holdfast.backup.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.core.scheduler.SimulatedTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeasesTest {
    private static final Instant START = Instant.parse("2026-01-31T02:00:00Z");

    private final SimulatedTime time = new SimulatedTime(START);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Leases leases = new Leases(time, threads);

    @AfterEach
    void endThreads() {
        threads.shutdown();
    }

    /** A lock whose server answers when it is told to. */
    private static final class SlowLease implements RunGuard.Lease {
        private final Semaphore answers = new Semaphore(0);
        private final AtomicInteger asked = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void extend() {
            asked.incrementAndGet();
            try {
                answers.acquire();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Expected an answer, found a thread that was interrupted", e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void a_lock_whose_server_does_not_answer_keeps_no_alarm_waiting_and_is_asked_for_once() {
        SlowLease slow = new SlowLease();
        leases.add("slow", slow);
        CountDownLatch alarm = new CountDownLatch(1);
        time.wakeAt(START.plusSeconds(30), alarm::countDown);
        time.runTo(START.plus(Duration.ofMinutes(2)));
        assertThat(alarm.getCount()).isZero();
        await().untilAsserted(() -> assertThat(slow.asked).hasValue(1));
        slow.answers.release();
        await().untilAsserted(() -> {
            time.runTo(time.now().plusSeconds(20));
            assertThat(slow.asked).hasValue(2);
        });
        slow.answers.release();
        leases.end(slow);
        assertThat(slow.closed.getCount()).isZero();
    }
}
