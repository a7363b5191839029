package io.holdfast.backup.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectCodecTest {
    private static final int FRAME = ZstdStage.FRAME_BYTES;
    private static final int SEEDS = 20;

    private final ObjectCodec codec = ObjectCodec.zstd(1);

    private record Encoded(byte[] bytes, StoredObject stored, long plainSize) {}

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 7})
    void what_was_written_is_read_at_every_edge(int size) throws IOException {
        for (byte[] plain : new byte[][] {random(size, 1), repetitive(size)}) {
            Encoded encoded = encode(plain, new Random(1));
            assertThat(encoded.plainSize()).isEqualTo(size);
            assertThat(encoded.stored().size()).isEqualTo(encoded.bytes().length);
            assertThat(decode(encoded, encoded.bytes(), new Random(2))).isEqualTo(plain);
        }
    }

    @Test
    void any_size_in_any_pieces_is_read_as_it_was_written() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] plain = random(random.nextInt(3 * FRAME), seed);
            Encoded encoded = encode(plain, random);
            assertThat(decode(encoded, encoded.bytes(), random))
                    .as("seed %d", seed)
                    .isEqualTo(plain);
        }
    }

    @Test
    void stored_bytes_are_ordinary_zstd_even_for_nothing() throws IOException {
        byte[] empty = encode(new byte[0], new Random(1)).bytes();
        assertThat(empty).isNotEmpty();
        assertThat(Zstd.getFrameContentSize(empty)).isZero();
    }

    @Test
    void every_flip_in_a_frame_is_refused_before_a_byte_of_the_frame_is_handed_out() throws IOException {
        byte[] plain = repetitive(2 * FRAME + 10);
        Encoded encoded = encode(plain, new Random(1));
        int secondFrame = (int) Zstd.findFrameCompressedSize(encoded.bytes());
        for (int bit = secondFrame * 8; bit < encoded.bytes().length * 8; bit++) {
            byte[] flipped = encoded.bytes().clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            int handedOut = handedOutBeforeRefusal(encoded, flipped);
            assertThat(handedOut)
                    .as("bit %d", bit)
                    .isLessThanOrEqualTo(2 * FRAME)
                    .matches(n -> n % FRAME == 0, "whole frames only");
        }
    }

    @Test
    void every_truncation_is_refused() throws IOException {
        Encoded encoded = encode(repetitive(FRAME + 10), new Random(1));
        for (int length = 0; length < encoded.bytes().length; length++) {
            handedOutBeforeRefusal(encoded, Arrays.copyOf(encoded.bytes(), length));
        }
    }

    @Test
    void frames_that_are_dropped_repeated_reordered_or_appended_are_refused() throws IOException {
        Encoded encoded = encode(random(2 * FRAME, 3), new Random(1));
        byte[] all = encoded.bytes();
        int first = (int) Zstd.findFrameCompressedSize(all);
        byte[] a = Arrays.copyOf(all, first);
        byte[] b = Arrays.copyOfRange(all, first, all.length);
        for (byte[] wrong : new byte[][] {a, b, join(b, a), join(a, a), join(a, b, b), join(all, new byte[1])}) {
            handedOutBeforeRefusal(encoded, wrong);
        }
    }

    @Test
    void a_frame_of_more_than_the_bound_is_refused_without_being_decompressed() {
        byte[] bomb = compress(new byte[ZstdStage.MAX_FRAME_BYTES + 1], true, true);
        assertThat(bomb.length).isLessThan(1000);
        requireRefused(bomb, "at most");
    }

    @Test
    void a_frame_without_content_size_or_checksum_is_refused() {
        requireRefused(compress(new byte[100], false, true), "plain bytes");
        requireRefused(compress(new byte[100], true, false), "content checksum");
    }

    @Test
    void a_skippable_frame_is_refused() {
        requireRefused(new byte[] {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4}, "a zstd frame");
    }

    @Test
    void a_sink_that_fails_is_told_and_the_stream_can_still_be_closed() throws IOException {
        OutputStream failing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("full");
            }
        };
        EncodedOutput out = codec.encode(failing);
        out.write(new byte[10]);
        assertThatThrownBy(out::finish).isInstanceOf(IOException.class).hasMessage("full");
        assertThatThrownBy(out::finish).isInstanceOf(IOException.class).hasMessageContaining("whole");
        out.close();
    }

    private static void requireRefused(byte[] stored, String words) {
        assertThatThrownBy(() -> new ZstdFrameInput(new ByteArrayInputStream(stored)).readAllBytes())
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH))
                .hasMessageContaining(words);
    }

    private int handedOutBeforeRefusal(Encoded encoded, byte[] stored) {
        ByteArrayOutputStream handedOut = new ByteArrayOutputStream();
        assertThatThrownBy(() -> {
                    try (InputStream in = codec.decode(
                            new ByteArrayInputStream(stored), encoded.stored(), OptionalLong.of(encoded.plainSize()))) {
                        in.transferTo(handedOut);
                    }
                })
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH));
        return handedOut.size();
    }

    private Encoded encode(byte[] plain, Random pieces) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (EncodedOutput out = codec.encode(sink)) {
            for (int at = 0; at < plain.length; ) {
                int n = Math.min(1 + pieces.nextInt(200_000), plain.length - at);
                out.write(plain, at, n);
                at += n;
            }
            StoredObject stored = out.finish();
            return new Encoded(sink.toByteArray(), stored, out.plainSize());
        }
    }

    private byte[] decode(Encoded encoded, byte[] stored, Random pieces) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = codec.decode(
                new ByteArrayInputStream(stored), encoded.stored(), OptionalLong.of(encoded.plainSize()))) {
            byte[] buffer = new byte[200_000];
            int n;
            while ((n = in.read(buffer, 0, 1 + pieces.nextInt(buffer.length))) >= 0) {
                plain.write(buffer, 0, n);
            }
        }
        return plain.toByteArray();
    }

    private static byte[] compress(byte[] plain, boolean contentSize, boolean checksum) {
        try (ZstdCompressCtx context =
                new ZstdCompressCtx().setContentSize(contentSize).setChecksum(checksum)) {
            return context.compress(plain);
        }
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] repetitive(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i % 100);
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
