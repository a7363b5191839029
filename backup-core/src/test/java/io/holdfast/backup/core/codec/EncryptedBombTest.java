package io.holdfast.backup.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Objects that were sealed with the right key and are not what they claim to be: memory and what is handed out stay bounded. */
class EncryptedBombTest {
    private static final ObjectHeader HEADER = new ObjectHeader(
            ObjectRole.PAYLOAD, "01KK4M2C8QZ5T4R3W2V1Y0X9AB", new BackupId("01KK4M2C8QZ5T4R3W2V1Y0X9AC"), "catalog-1");

    private final KeyMaterial key = KeyMaterial.random();

    @Test
    void a_bomb_in_one_compressed_frame_is_refused_before_it_goes_off() throws IOException {
        byte[] bomb = zstd(new byte[ZstdStage.MAX_FRAME_BYTES + 1]);
        assertThat(bomb.length).isLessThan(1000);
        requireRefused(bomb, OptionalLong.empty(), 0);
    }

    @Test
    void of_a_bomb_in_many_frames_no_byte_beyond_the_recorded_size_is_handed_out() throws IOException {
        byte[] frame = zstd(new byte[ZstdStage.MAX_FRAME_BYTES]);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            bomb.write(frame);
        }
        requireRefused(bomb.toByteArray(), OptionalLong.of(1000), 1000);
    }

    @Test
    void a_manifest_that_claims_absurd_sizes_costs_no_memory() throws IOException {
        byte[] stored = sealed(zstd(new byte[100]));
        StoredObject absurd = new StoredObject("0".repeat(64), Long.MAX_VALUE);
        try (ObjectCodec codec = ObjectCodec.ofEncrypted("zstd", key, HEADER);
                InputStream in =
                        codec.decode(new ByteArrayInputStream(stored), absurd, OptionalLong.of(Long.MAX_VALUE))) {
            BackupException refusal = catchThrowableOfType(BackupException.class, in::readAllBytes);
            assertThat(refusal.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
        }
    }

    private void requireRefused(byte[] compressed, OptionalLong plainSize, long atMost) throws IOException {
        byte[] stored = sealed(compressed);
        CountingDigest digest = new CountingDigest();
        digest.update(stored, 0, stored.length);
        long[] handedOut = {0};
        try (ObjectCodec codec = ObjectCodec.ofEncrypted("zstd", key, HEADER);
                InputStream in = codec.decode(new ByteArrayInputStream(stored), digest.finish(), plainSize)) {
            byte[] piece = new byte[300];
            BackupException refusal = catchThrowableOfType(BackupException.class, () -> {
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    handedOut[0] += n;
                }
            });
            assertThat(refusal.code()).isEqualTo(ErrorCode.INTEGRITY_MISMATCH);
        }
        assertThat(handedOut[0]).isLessThanOrEqualTo(atMost);
    }

    /** Whatever bytes, as somebody with the key seals them. */
    private byte[] sealed(byte[] bytes) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (ObjectCodec codec = ObjectCodec.encryptedOnly(key, HEADER);
                EncodedOutput out = codec.encode(sink)) {
            out.write(bytes);
            out.finish();
        }
        return sink.toByteArray();
    }

    private static byte[] zstd(byte[] plain) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setChecksum(true).setContentSize(true).compress(plain);
        }
    }
}
