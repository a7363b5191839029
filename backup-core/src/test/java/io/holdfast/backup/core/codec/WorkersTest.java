package io.holdfast.backup.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.core.manifest.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What several threads make of one object. */
@Timeout(120)
class WorkersTest {
    private static final int BLOCKS = 40;

    private final ObjectCodec codec = ObjectCodec.zstd(1);

    @AfterEach
    void no_thread_is_left() {
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("holdfast-")));
    }

    /** Blocks that take very different times to compress, so that workers overtake each other. */
    private static byte[] uneven(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int block = 0; block < BLOCKS; block++) {
            byte[] bytes = new byte[ZstdStage.FRAME_BYTES];
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
            }
            System.arraycopy(("block  " + block).getBytes(UTF_8), 0, bytes, 0, 8);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void frames_come_in_the_order_of_their_blocks() throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            byte[] plain = uneven(seed);
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            StoredObject stored;
            try (EncodedOutput encoded = codec.encode(sink)) {
                encoded.write(plain);
                stored = encoded.finish();
            }
            try (InputStream decoded =
                    codec.decode(new ByteArrayInputStream(sink.toByteArray()), stored, OptionalLong.of(plain.length))) {
                assertThat(decoded.readAllBytes()).as("seed %d", seed).isEqualTo(plain);
            }
        }
    }

    /** Fails from some byte on. */
    private static final class FullSink extends OutputStream {
        private final RuntimeException failure = new IllegalStateException("dummy");
        private long room;

        FullSink(long room) {
            this.room = room;
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("bytes are written in pieces");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            room -= length;
            if (room < 0) {
                throw failure;
            }
        }
    }

    @Test
    void a_sink_that_fails_ends_the_writing_with_its_own_failure_and_never_a_whole_object() {
        for (int room : new int[] {0, 1, 3 * ZstdStage.FRAME_BYTES, 10 * ZstdStage.FRAME_BYTES}) {
            FullSink sink = new FullSink(room);
            byte[] plain = new byte[BLOCKS * ZstdStage.FRAME_BYTES];
            new Random(1).nextBytes(plain);
            EncodedOutput encoded = codec.encode(sink);
            assertThatThrownBy(() -> {
                        encoded.write(plain);
                        encoded.finish();
                    })
                    .isSameAs(sink.failure);
            assertThatThrownBy(encoded::finish).isInstanceOf(Exception.class);
        }
    }

    @Test
    void a_sink_that_fails_at_the_last_frame_is_noticed_by_the_end() {
        byte[] plain = new byte[2 * ZstdStage.FRAME_BYTES + 1];
        new Random(1).nextBytes(plain);
        FullSink sink = new FullSink(2L * ZstdStage.FRAME_BYTES + 80);
        EncodedOutput encoded = codec.encode(sink);
        assertThatThrownBy(() -> {
                    encoded.write(plain);
                    encoded.finish();
                })
                .isSameAs(sink.failure);
    }
}
