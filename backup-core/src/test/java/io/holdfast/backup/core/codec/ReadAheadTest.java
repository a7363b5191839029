package io.holdfast.backup.core.codec;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadAheadTest {
    private static final int FEW = 1 << 20;
    private static final int PIECE = 1 << 18;

    @AfterEach
    void no_thread_is_left() {
        await().until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("holdfast-read-ahead"))
                .count();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FEW - 1, FEW, FEW + 1, FEW + PIECE, FEW + PIECE + 1, FEW + 9 * PIECE + 5})
    void it_gives_what_the_stream_gives(int size) throws IOException {
        byte[] bytes = random(size, size);
        for (long seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            try (InputStream ahead = new ReadAhead(new Dripping(bytes, random))) {
                byte[] piece = new byte[1 + random.nextInt(100_000)];
                for (int n = ahead.read(piece); n >= 0; n = ahead.read(piece, 0, 1 + random.nextInt(piece.length))) {
                    read.write(piece, 0, n);
                }
                assertThat(ahead.read()).isEqualTo(-1);
            }
            assertThat(read.toByteArray()).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    /** Gives a few bytes at a time. */
    private static final class Dripping extends InputStream {
        private final InputStream bytes;
        private final Random random;

        Dripping(byte[] bytes, Random random) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("bytes are read in pieces");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return bytes.read(into, offset, Math.min(length, 1 + random.nextInt(70_000)));
        }
    }

    @Test
    void few_bytes_start_no_thread() throws IOException {
        try (InputStream ahead = new ReadAhead(new ByteArrayInputStream(new byte[FEW]))) {
            assertThat(ahead.readNBytes(FEW)).hasSize(FEW);
            assertThat(threads()).isZero();
        }
    }

    @Test
    void what_the_stream_throws_comes_after_the_bytes_before_it() throws IOException {
        byte[] bytes = random(FEW + PIECE + 3, 1);
        IOException failure = new IOException("dummy");
        try (InputStream ahead =
                new ReadAhead(new SequenceInputStream(new ByteArrayInputStream(bytes), new Failing(failure)))) {
            assertThat(ahead.readNBytes(bytes.length)).isEqualTo(bytes);
            assertThatThrownBy(ahead::read).isSameAs(failure);
            assertThatThrownBy(ahead::read).isSameAs(failure);
        }
    }

    private static final class Failing extends InputStream {
        private final IOException failure;

        Failing(IOException failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            throw failure;
        }
    }

    /** Answers only when its thread is interrupted. */
    private static final class Silent extends InputStream {
        private final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
                return -1;
            } catch (InterruptedException e) {
                throw (IOException) new InterruptedIOException("interrupted").initCause(e);
            }
        }
    }

    @Test
    void closing_does_not_wait_for_a_stream_that_is_silent() throws Exception {
        Silent silent = new Silent();
        InputStream ahead = new ReadAhead(new SequenceInputStream(new ByteArrayInputStream(new byte[FEW + 1]), silent));
        ahead.readNBytes(FEW);
        Thread reader = new Thread(() -> {
            try {
                ahead.readNBytes(2);
            } catch (IOException | BackupAbortedException e) {
                assertThat(e).isNotNull();
            }
        });
        reader.start();
        assertThat(silent.asked.await(10, SECONDS)).isTrue();
        reader.interrupt();
        reader.join(10_000);
        assertThat(reader.isAlive()).isFalse();
        ahead.close();
        assertThatThrownBy(ahead::read).isInstanceOf(IOException.class);
    }

    @Test
    void an_interrupted_thread_stops_and_stays_interrupted() throws Exception {
        Silent silent = new Silent();
        try (InputStream ahead =
                new ReadAhead(new SequenceInputStream(new ByteArrayInputStream(new byte[FEW]), silent))) {
            ahead.readNBytes(FEW);
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(ahead::read).isInstanceOf(BackupAbortedException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
