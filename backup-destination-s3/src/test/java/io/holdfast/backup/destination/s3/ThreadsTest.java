package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.bytes;
import static io.holdfast.backup.destination.s3.Acts.get;
import static io.holdfast.backup.destination.s3.Acts.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import io.holdfast.backup.destination.s3.ScriptedS3.Answer;
import io.holdfast.backup.destination.s3.ScriptedS3.Script;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for whom, and what remains (D12, D14). */
class ThreadsTest {
    private static final PartPlan TINY = new PartPlan(1000, 3, 10_000, 1000);

    private final ScriptedS3 server = new ScriptedS3();
    private final Destination destination = server.open(TINY, "timeout", "60s");
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private final Script stall = (request, server) -> {
        stalled.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Answer.LOST;
    };

    @AfterEach
    void close() {
        end.countDown();
        threads.shutdownNow();
        destination.close();
        server.close();
    }

    private static long ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("holdfast-s3"))
                .count();
    }

    private <T> T soon(Future<T> task) throws Exception {
        return task.get(8, TimeUnit.SECONDS);
    }

    /** Starts something that waits for the server, and waits until it does. */
    private Future<Throwable> stalling(Callable<?> task) throws InterruptedException {
        Future<Throwable> waiting = threads.submit(() -> catchThrowable(task::call));
        assertThat(stalled.await(8, TimeUnit.SECONDS)).isTrue();
        return waiting;
    }

    @Test
    void threads_end_when_there_is_nothing_to_do() {
        put(destination, "k", bytes(5000));
        get(destination, "k");
        assertThat(ourThreads()).isPositive();
        await().atMost(Duration.ofSeconds(10)).until(() -> ourThreads() == 0);
        assertThat(get(destination, "k")).hasSize(5000);
    }

    @Test
    void nothing_stays_behind_after_close() {
        put(destination, "k", bytes(5000));
        destination.close();
        // Sooner than threads end by themselves; the last instructions of one may come after its owner has gone on.
        await().atMost(Duration.ofMillis(500)).until(() -> ourThreads() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "part"})
    void a_close_ends_a_write_that_waits(String operation) throws Exception {
        server.script(operation, stall);
        ObjectUpload upload = destination.upload("k");
        Future<Throwable> writing = stalling(() -> {
            upload.write(bytes(50_000));
            return true;
        });
        soon(threads.submit(upload::close));
        assertThat(soon(writing)).isInstanceOf(BackupAbortedException.class);
    }

    /** Its request is on the way: nobody can know what becomes of it. */
    @ParameterizedTest
    @CsvSource({"put, 10", "complete, 5000"})
    void a_close_ends_a_commit_that_waits(String operation, int size) throws Exception {
        put(destination, "first", bytes(size));
        server.script(operation, stall);
        ObjectUpload upload = destination.upload("k");
        upload.write(bytes(size));
        Future<Throwable> committing = stalling(upload::commit);
        soon(threads.submit(upload::close));
        assertThat(((BackupException) soon(committing)).code()).isEqualTo(ErrorCode.DESTINATION_OUTCOME_UNKNOWN);
    }

    @Test
    void an_interrupt_ends_a_request_that_waits_and_is_kept() throws Exception {
        server.script("head", stall);
        Thread[] asking = new Thread[1];
        Future<Boolean> kept = threads.submit(() -> {
            asking[0] = Thread.currentThread();
            assertThat(catchThrowable(() -> destination.stat("k"))).isInstanceOf(BackupAbortedException.class);
            return Thread.interrupted();
        });
        assertThat(stalled.await(8, TimeUnit.SECONDS)).isTrue();
        asking[0].interrupt();
        assertThat(soon(kept)).isTrue();
    }

    @Test
    void closing_the_destination_ends_whoever_waits() throws Exception {
        put(destination, "k", bytes(5000));
        InputStream in = destination.open("k", 0);
        server.script("get", stall);
        Future<Throwable> reading = stalling(in::readAllBytes);
        soon(threads.submit(destination::close));
        assertThat(soon(reading)).isInstanceOf(Exception.class);
        await().atMost(Duration.ofMillis(500)).until(() -> ourThreads() == 0);
    }

    /** The wait is part of what is tested: it must be that of the configuration, not the server's. */
    @Test
    void a_request_without_an_answer_is_given_up() throws Exception {
        server.script("head", stall);
        try (Destination impatient = server.open("timeout", "200ms", "attempts", "2")) {
            Future<Throwable> asking = stalling(() -> impatient.stat("k"));
            assertThat(((BackupException) soon(asking)).code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
        }
        assertThat(server.count("head")).isEqualTo(2);
    }

    @Test
    void a_request_is_given_up_when_its_time_is_over_whatever_its_attempts() throws Exception {
        server.script("head", (request, server) -> Answer.error(503, "SlowDown"));
        try (Destination impatient = server.open("call-timeout", "1s", "attempts", "100")) {
            Future<Throwable> asking = threads.submit(() -> catchThrowable(() -> impatient.stat("k")));
            assertThat(soon(asking)).isInstanceOf(BackupException.class);
        }
    }
}
