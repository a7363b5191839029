package io.holdfast.backup.core.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.BreakingDestination;
import io.holdfast.backup.core.testing.BreakingDestination.Break;
import io.holdfast.backup.core.testing.ForwardingDestination;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A download that breaks goes on at the byte where it broke (R7). */
@Timeout(30)
class ResumingInputTest {
    private static final String KEY = "payload.bin";
    private static final int SIZE = 10_000;
    private static final Break RESET = () -> {
        throw new SocketException("Connection reset");
    };

    @TempDir
    Path directory;

    private final byte[] content = new byte[SIZE];
    private final NoTime time = new NoTime();
    private final AtomicInteger resumptions = new AtomicInteger();
    private final Cancellation cancellation = new Cancellation();
    private Destination files;

    /** Waiting takes no time but on its own clock. */
    private static class NoTime implements Waiting {
        final List<Duration> pauses = new ArrayList<>();
        private long nanos = Long.MAX_VALUE - 1_000;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void await(CountDownLatch ended, Duration pause) throws InterruptedException {
            pauses.add(pause);
            nanos += pause.toNanos();
        }

        Duration waited() {
            return pauses.stream().reduce(Duration.ZERO, Duration::plus);
        }
    }

    /** The host's, but nothing ends a wait by itself. */
    private static final class Forever extends NoTime {
        final CountDownLatch waiting = new CountDownLatch(1);

        @Override
        public void await(CountDownLatch ended, Duration pause) throws InterruptedException {
            waiting.countDown();
            Waiting.SYSTEM.await(ended, Duration.ofDays(1));
        }
    }

    @BeforeEach
    void write() throws IOException {
        new Random(7).nextBytes(content);
        files = Destinations.open(directory.toUri());
        put(content);
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void put(byte[] bytes) throws IOException {
        files.delete(KEY);
        try (ObjectUpload upload = files.upload(KEY)) {
            upload.write(bytes);
            upload.commit();
        }
    }

    private BreakingDestination breaking(int after, int times, Break how) {
        return new BreakingDestination(files, KEY, after, times, how);
    }

    private ResumingInput open(Destination destination, Waiting waiting) {
        DownloadWatch watch = new DownloadWatch(cancellation, resumptions::incrementAndGet);
        return new ResumingInput(destination, KEY, SIZE, watch, waiting);
    }

    private byte[] readAll(Destination destination) throws IOException {
        try (InputStream in = open(destination, time)) {
            return in.readAllBytes();
        }
    }

    private static Break failure(ErrorCode code) {
        return () -> {
            throw new DestinationException(code, KEY, "injected", null);
        };
    }

    @Test
    void it_goes_on_at_the_byte_where_it_broke() throws IOException {
        BreakingDestination destination = breaking(3_000, 3, RESET);

        assertThat(readAll(destination)).isEqualTo(content);
        assertThat(destination.offsets()).containsExactly(0L, 3_000L, 6_000L, 9_000L);
        assertThat(resumptions).hasValue(3);
    }

    @Test
    void a_break_after_the_last_byte_loses_nothing() throws IOException {
        assertThat(readAll(breaking(SIZE, 1, RESET))).isEqualTo(content);
    }

    @Test
    void a_stream_that_ends_before_its_object_is_a_break() throws IOException {
        BreakingDestination destination = breaking(4_000, 2, Break.SILENT);

        assertThat(readAll(destination)).isEqualTo(content);
        assertThat(destination.offsets()).containsExactly(0L, 4_000L, 8_000L);
    }

    @Test
    void an_object_that_is_too_short_is_not_read_again() throws IOException {
        put(new byte[500]);
        BreakingDestination destination = breaking(0, 0, RESET);

        assertThat(readAll(destination)).hasSize(500);
        assertThat(destination.offsets()).containsExactly(0L);
    }

    @Test
    void an_object_that_is_too_long_is_read_to_its_end() throws IOException {
        put(new byte[SIZE + 1]);

        assertThat(readAll(files)).hasSize(SIZE + 1);
    }

    @Test
    void it_gives_up_after_a_minute_without_a_new_byte() {
        BreakingDestination destination = breaking(0, Integer.MAX_VALUE, RESET);

        assertThatThrownBy(() -> readAll(destination))
                .isInstanceOfSatisfying(
                        DestinationException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE))
                .hasMessageContaining("byte 0 of 10000")
                .hasMessageContaining("Connection reset")
                .hasRootCauseInstanceOf(SocketException.class);
        assertThat(time.waited()).isBetween(Duration.ofSeconds(54), ResumingInput.PATIENCE);
    }

    @Test
    void pauses_double_up_to_five_seconds() {
        assertThatThrownBy(() -> readAll(breaking(0, Integer.MAX_VALUE, RESET))).isNotNull();

        assertThat(time.pauses)
                .startsWith(
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofMillis(400),
                        Duration.ofMillis(800),
                        Duration.ofMillis(1_600),
                        Duration.ofMillis(3_200),
                        Duration.ofSeconds(5))
                .endsWith(Duration.ofSeconds(5));
    }

    @Test
    void every_new_byte_gives_another_minute() throws IOException {
        assertThat(readAll(breaking(1, SIZE - 1, RESET))).isEqualTo(content);
        assertThat(time.pauses).containsOnly(Duration.ofMillis(100)).hasSize(SIZE - 1);
    }

    @Test
    void what_failed_for_good_fails_again() throws IOException {
        try (InputStream in = open(breaking(0, Integer.MAX_VALUE, failure(ErrorCode.INTEGRITY_MISMATCH)), time)) {
            assertThat(catchThrowable(in::read)).isNotNull();

            Throwable second = catchThrowable(in::read);

            assertThat(ErrorCode.classify(second)).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
        }
    }

    static Stream<Break> passing() {
        return Stream.of(failure(ErrorCode.DESTINATION_THROTTLED), failure(ErrorCode.DESTINATION_UNREACHABLE), () -> {
            throw new SocketTimeoutException("Read timed out");
        });
    }

    @ParameterizedTest
    @MethodSource
    void passing(Break how) throws IOException {
        assertThat(readAll(breaking(10, 1, how))).isEqualTo(content);
    }

    static Stream<Break> lasting() {
        return Stream.of(
                failure(ErrorCode.INTEGRITY_MISMATCH),
                failure(ErrorCode.DESTINATION_OBJECT_MISSING),
                failure(ErrorCode.DESTINATION_PERMISSION_DENIED),
                failure(ErrorCode.DESTINATION_CREDENTIALS_INVALID),
                failure(ErrorCode.BACKUP_ABORTED),
                () -> {
                    throw new IOException("Input/output error");
                },
                () -> {
                    throw new ClosedByInterruptException();
                },
                () -> {
                    throw new IllegalStateException("The destination is closed");
                });
    }

    @ParameterizedTest
    @MethodSource
    void lasting(Break how) {
        BreakingDestination destination = breaking(10, 1, how);

        assertThat(catchThrowable(() -> readAll(destination))).isNotNull();
        assertThat(destination.offsets()).containsExactly(0L);
        assertThat(time.pauses).isEmpty();
    }

    @Test
    void an_object_that_is_gone_when_it_is_opened_again_is_missing() {
        BreakingDestination destination = breaking(10, 1, () -> {
            files.delete(KEY);
            throw new SocketException("Connection reset");
        });

        assertThat(Bench.codeOf(() -> readAll(destination))).isEqualTo(ErrorCode.DESTINATION_OBJECT_MISSING);
    }

    @Test
    void a_shorter_object_in_its_place_is_refused() {
        BreakingDestination destination = breaking(1_000, 1, () -> {
            put(new byte[999]);
            throw new SocketException("Connection reset");
        });

        assertThat(Bench.codeOf(() -> readAll(destination))).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
    }

    @Test
    void a_destination_that_cannot_be_reached_for_a_while_is_tried_again() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        Destination flaky = new ForwardingDestination(breaking(10, 1, RESET)) {
            @Override
            public InputStream open(String key, long offset) {
                int number = opened.incrementAndGet();
                if (number > 1 && number < 5) {
                    throw new DestinationException(ErrorCode.DESTINATION_UNREACHABLE, key, "injected", null);
                }
                return super.open(key, offset);
            }
        };

        assertThat(readAll(flaky)).startsWith(content);
        assertThat(opened).hasValue(5);
        assertThat(resumptions).hasValue(1);
    }

    @Test
    void the_first_opening_is_tried_once() {
        files.delete(KEY);

        assertThat(Bench.codeOf(() -> open(files, time))).isEqualTo(ErrorCode.DESTINATION_OBJECT_MISSING);
    }

    private interface Ending {
        void end(Thread reader, InputStream in) throws Exception;
    }

    /** Returns what comes out of a read that waits for another attempt when something is done to it. */
    private Throwable endWhileWaiting(Ending ending, AtomicInteger interrupted) throws Exception {
        Forever forever = new Forever();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (InputStream in = open(breaking(10, 1, RESET), forever)) {
            assertThat(in.readNBytes(10)).hasSize(10);
            CountDownLatch begun = new CountDownLatch(1);
            Thread[] reader = new Thread[1];
            Future<Throwable> read = threads.submit(() -> {
                reader[0] = Thread.currentThread();
                begun.countDown();
                Throwable thrown = catchThrowable(in::read);
                interrupted.set(Thread.interrupted() ? 1 : 0);
                return thrown;
            });
            begun.await();
            forever.waiting.await();
            ending.end(reader[0], in);
            return read.get(10, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closing_ends_the_wait() throws Exception {
        assertThat(endWhileWaiting((reader, in) -> in.close(), new AtomicInteger()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void a_cancellation_ends_the_wait() throws Exception {
        Throwable thrown = endWhileWaiting((reader, in) -> cancellation.cancel("enough"), new AtomicInteger());

        assertThat(ErrorCode.classify(thrown)).isEqualTo(ErrorCode.BACKUP_ABORTED);
        assertThat(thrown).hasMessageContaining("enough");
    }

    @Test
    void an_interrupt_ends_the_wait_and_stays() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();

        Throwable thrown = endWhileWaiting((reader, in) -> reader.interrupt(), interrupted);

        assertThat(ErrorCode.classify(thrown)).isEqualTo(ErrorCode.BACKUP_ABORTED);
        assertThat(interrupted).hasValue(1);
    }

    @Test
    void a_single_byte_is_read_like_any_other() throws IOException {
        try (InputStream in = open(breaking(1, 1, RESET), time)) {
            for (int i = 0; i < 3; i++) {
                assertThat(in.read()).isEqualTo(content[i] & 0xff);
            }
        }
    }

    @Test
    void a_closed_stream_reads_nothing() throws IOException {
        InputStream in = open(files, time);
        in.close();
        in.close();

        assertThatThrownBy(in::read).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class);
    }
}
