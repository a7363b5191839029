package io.holdfast.backup.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
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

class EncryptionTest {
    private static final int FRAME = FrameCipher.FRAME_BYTES;
    private static final int SEALED = FRAME + FrameCipher.TAG_BYTES;
    private static final int SEEDS = 40;

    private static final ObjectHeader HEADER = new ObjectHeader(
            ObjectRole.PAYLOAD, "01KK4M2C8QZ5T4R3W2V1Y0X9AB", new BackupId("01KK4M2C8QZ5T4R3W2V1Y0X9AC"), "catalog-1");
    private static final int HEADER_BYTES = HEADER.withoutSalt().length + ObjectHeader.SALT_BYTES;

    private final KeyMaterial key = KeyMaterial.of(random(32, 7));

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 15, 16, 17, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1, 2 * FRAME, 2 * FRAME + 1, 5 * FRAME})
    void what_was_sealed_is_opened_at_every_edge(int size) throws IOException {
        byte[] plain = random(size, 1);
        byte[] sealed = seal(plain, new Random(1));
        int frames = Math.max(1, (size + FRAME - 1) / FRAME);
        assertThat(sealed).hasSize(HEADER_BYTES + size + frames * FrameCipher.TAG_BYTES);
        assertThat(open(sealed, new Random(2))).isEqualTo(plain);
    }

    @Test
    void any_size_in_any_pieces_with_and_without_compression_is_read_as_it_was_written() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] plain = random(random.nextInt(4 * FRAME), seed);
            try (ObjectCodec codec = seed % 2 == 0
                    ? ObjectCodec.encryptedOnly(key, HEADER)
                    : ObjectCodec.encryptedZstd(1, key, HEADER)) {
                ByteArrayOutputStream sink = new ByteArrayOutputStream();
                StoredObject stored;
                try (EncodedOutput out = codec.encode(sink)) {
                    writeInPieces(plain, out, random);
                    stored = out.finish();
                }
                try (InputStream in = codec.decode(
                        new ByteArrayInputStream(sink.toByteArray()), stored, OptionalLong.of(plain.length))) {
                    assertThat(readInPieces(in, random)).as("seed %d", seed).isEqualTo(plain);
                }
            }
        }
    }

    @Test
    void the_same_bytes_are_never_sealed_alike() throws IOException {
        byte[] plain = random(100, 1);
        assertThat(seal(plain, new Random(1))).isNotEqualTo(seal(plain, new Random(1)));
    }

    @Test
    void every_flip_is_refused_before_a_byte_is_handed_out() throws IOException {
        byte[] sealed = seal(random(100, 1), new Random(1));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            assertThat(handedOutBeforeRefusal(flipped(sealed, bit)))
                    .as("bit %d", bit)
                    .isZero();
        }
    }

    @Test
    void a_flip_in_a_later_frame_is_refused_after_whole_frames_only() throws IOException {
        byte[] sealed = seal(random(3 * FRAME + 100, 1), new Random(1));
        for (long seed = 0; seed < 200; seed++) {
            int bit = new Random(seed).nextInt(8 * sealed.length);
            int frame = Math.max(0, bit / 8 - HEADER_BYTES) / SEALED;
            assertThat(handedOutBeforeRefusal(flipped(sealed, bit)))
                    .as("seed %d", seed)
                    .isEqualTo(frame * FRAME);
        }
    }

    @Test
    void every_truncation_is_refused() throws IOException {
        byte[] small = seal(random(100, 1), new Random(1));
        for (int length = 0; length < small.length; length++) {
            assertThat(handedOutBeforeRefusal(Arrays.copyOf(small, length))).isZero();
        }
        byte[] sealed = seal(random(2 * FRAME, 1), new Random(1));
        int first = HEADER_BYTES + SEALED;
        for (int length : new int[] {first - 1, first, first + 1, first + 16, sealed.length - 1}) {
            handedOutBeforeRefusal(Arrays.copyOf(sealed, length));
        }
    }

    @Test
    void frames_that_are_dropped_repeated_reordered_or_appended_are_refused() throws IOException {
        byte[] all = seal(random(3 * FRAME, 3), new Random(1));
        byte[] header = Arrays.copyOf(all, HEADER_BYTES);
        byte[] a = frame(all, 0);
        byte[] b = frame(all, 1);
        byte[] c = frame(all, 2);
        assertThat(open(join(header, a, b, c), new Random(1))).hasSize(3 * FRAME);
        for (byte[] wrong : new byte[][] {
            join(header, b, c),
            join(header, a, c),
            join(header, a, b),
            join(header, c),
            join(header, b, a, c),
            join(header, a, a, b, c),
            join(header, a, b, c, c),
            join(header, a, b, c, a),
            join(all, new byte[1]),
            join(all, new byte[SEALED]),
            join(all, all),
            join(header, all),
            header,
            join(a, b, c)
        }) {
            handedOutBeforeRefusal(wrong);
        }
    }

    @Test
    void an_object_is_refused_in_the_place_of_every_other() throws IOException {
        byte[] sealed = seal(random(100, 1), new Random(1));
        ObjectHeader h = HEADER;
        BackupId other = new BackupId("01KK4M2C8QZ5T4R3W2V1Y0X9AD");
        for (ObjectHeader expected : new ObjectHeader[] {
            new ObjectHeader(ObjectRole.PAYLOAD_IDS, h.repositoryId(), h.backupId(), h.storeId()),
            new ObjectHeader(h.role(), other.value(), h.backupId(), h.storeId()),
            new ObjectHeader(h.role(), h.repositoryId(), other, h.storeId()),
            new ObjectHeader(h.role(), h.repositoryId(), h.backupId(), "catalog-2")
        }) {
            assertThat(handedOutBeforeRefusal(sealed, key, expected)).isZero();
            // Nor is it enough to write another header before the frames: it is associated data of each.
            byte[] disguised = join(
                    expected.withoutSalt(), Arrays.copyOfRange(sealed, HEADER.withoutSalt().length, sealed.length));
            assertThat(handedOutBeforeRefusal(disguised, key, expected)).isZero();
        }
    }

    @Test
    void another_key_opens_nothing() throws IOException {
        byte[] sealed = seal(random(100, 1), new Random(1));
        assertThat(handedOutBeforeRefusal(sealed, KeyMaterial.of(random(32, 8)), HEADER))
                .isZero();
    }

    @Test
    void an_empty_last_frame_after_others_is_refused_even_when_it_is_genuine() throws Exception {
        byte[] salt = new byte[ObjectHeader.SALT_BYTES];
        byte[] header = join(HEADER.withoutSalt(), salt);
        byte[] first = new byte[SEALED];
        byte[] last = new byte[FrameCipher.TAG_BYTES];
        try (FrameCipher cipher = FrameCipher.sealing(key, HEADER.role(), salt, header)) {
            cipher.next(new byte[FRAME], 0, FRAME, first, false);
            cipher.next(new byte[0], 0, 0, last, true);
        }
        assertThat(handedOutBeforeRefusal(join(header, first, last))).isEqualTo(FRAME);
    }

    @Test
    void a_refused_stream_gives_nothing_more_whatever_follows() throws IOException {
        byte[] good = seal(random(100, 1), new Random(1));
        InputStream in = opening(join(new byte[HEADER_BYTES], good), key, HEADER);
        assertThatThrownBy(in::read).isInstanceOf(BackupException.class);
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void the_object_key_is_zeroed_when_a_stream_is_closed() throws Exception {
        FrameCipher cipher = FrameCipher.opening(key, HEADER.role(), new byte[32], new byte[1]);
        cipher.close();
        assertThatThrownBy(() -> cipher.next(new byte[16], 0, 16, new byte[16], true))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closing_a_codec_zeroes_its_copy_and_not_the_callers_key() {
        ObjectCodec codec = ObjectCodec.encryptedOnly(key, HEADER);
        codec.close();
        assertThat(key.isDestroyed()).isFalse();
        assertThatThrownBy(() -> codec.encode(OutputStream.nullOutputStream()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void compression_none_is_read_only_together_with_encryption() {
        assertThat(ObjectCodec.ofEncrypted("none", key, HEADER).compression()).isEqualTo("none");
        assertThatThrownBy(() -> ObjectCodec.of("none"))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_VERSION_UNSUPPORTED));
    }

    private byte[] seal(byte[] plain, Random random) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = new EncryptionStage(key, HEADER).encode(sink)) {
            writeInPieces(plain, out, random);
        }
        return sink.toByteArray();
    }

    private byte[] open(byte[] sealed, Random random) throws IOException {
        try (InputStream in = opening(sealed, key, HEADER)) {
            return readInPieces(in, random);
        }
    }

    private static InputStream opening(byte[] sealed, KeyMaterial key, ObjectHeader header) {
        return new EncryptionStage(key, header).decode(new ByteArrayInputStream(sealed));
    }

    private int handedOutBeforeRefusal(byte[] sealed) throws IOException {
        return handedOutBeforeRefusal(sealed, key, HEADER);
    }

    private static int handedOutBeforeRefusal(byte[] sealed, KeyMaterial key, ObjectHeader header) throws IOException {
        int[] handedOut = {0};
        try (InputStream in = opening(sealed, key, header)) {
            byte[] piece = new byte[1000];
            BackupException refusal = catchThrowableOfType(BackupException.class, () -> {
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    handedOut[0] += n;
                }
            });
            assertThat(refusal).as("refusal").isNotNull();
            assertThat(refusal.code()).isEqualTo(ErrorCode.DECRYPTION_FAILED);
        }
        return handedOut[0];
    }

    private static byte[] frame(byte[] sealed, int index) {
        int from = HEADER_BYTES + index * SEALED;
        return Arrays.copyOfRange(sealed, from, Math.min(from + SEALED, sealed.length));
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        return flipped;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void writeInPieces(byte[] plain, OutputStream out, Random random) throws IOException {
        int at = 0;
        while (at < plain.length) {
            int n = Math.min(1 + random.nextInt(random.nextBoolean() ? 100 : 3 * FRAME), plain.length - at);
            out.write(plain, at, n);
            at += n;
        }
    }

    private static byte[] readInPieces(InputStream in, Random random) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            byte[] piece = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 3 * FRAME)];
            int n = in.read(piece);
            if (n < 0) {
                return all.toByteArray();
            }
            all.write(piece, 0, n);
        }
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
