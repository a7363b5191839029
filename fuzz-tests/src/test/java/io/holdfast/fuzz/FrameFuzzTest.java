package io.holdfast.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.codec.EncodedOutput;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.codec.ObjectHeader;
import io.holdfast.backup.core.codec.ObjectRole;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Stored bytes of data objects: any at all before the decompressor, and an encrypted object that was edited. The digest is always
 * right, so that it keeps nothing from the stages behind it.
 */
class FrameFuzzTest {
    private static final ObjectHeader HEADER = new ObjectHeader(
            ObjectRole.PAYLOAD, "01KK4M2C8QZ5T4R3W2V1Y0X9AB", new BackupId("01KK4M2C8QZ5T4R3W2V1Y0X9AC"), "s");
    private static final int MAX_PLAIN_BYTES = 200_000;

    private final KeyMaterial key = KeyMaterial.of(new byte[KeyMaterial.LENGTH]);

    @FuzzTest(maxDuration = "10m")
    void frames_are_opened_whole_or_refused(FuzzedDataProvider data) throws IOException {
        switch (data.consumeInt(0, 2)) {
            case 0 -> decode(ObjectCodec.zstd(1), data.consumeRemainingAsBytes());
            case 1 -> decode(ObjectCodec.encryptedOnly(key, HEADER), data.consumeRemainingAsBytes());
            default -> edited(data);
        }
    }

    /** What is handed out of an edited object is the beginning of what was sealed; all of it only if nothing was changed. */
    private void edited(FuzzedDataProvider data) throws IOException {
        byte[] plain = new byte[data.consumeInt(0, MAX_PLAIN_BYTES)];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (i * 31 % 251);
        }
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (EncodedOutput out = ObjectCodec.encryptedOnly(key, HEADER).encode(sink)) {
            out.write(plain);
            out.finish();
        }
        byte[] sealed = sink.toByteArray();
        byte[] edited = edit(sealed, data);
        byte[] out = decode(ObjectCodec.encryptedOnly(key, HEADER), edited);
        if (out.length > plain.length || !Arrays.equals(out, Arrays.copyOf(plain, out.length))) {
            throw new AssertionError("Expected the bytes that were sealed, found others");
        }
        if (out.length == plain.length && out.length > 0 && !Arrays.equals(sealed, edited)) {
            throw new AssertionError("Expected an edited object to be refused, found all of its bytes");
        }
    }

    private static byte[] edit(byte[] sealed, FuzzedDataProvider data) {
        byte[] edited = sealed;
        while (data.remainingBytes() > 0) {
            int at = data.consumeInt(0, edited.length);
            int to = data.consumeInt(at, edited.length);
            byte[] head = Arrays.copyOf(edited, at);
            byte[] middle = Arrays.copyOfRange(edited, at, to);
            byte[] tail = Arrays.copyOfRange(edited, to, edited.length);
            edited = switch (data.consumeInt(0, 3)) {
                case 0 -> join(head, tail);
                case 1 -> join(head, middle, middle, tail);
                case 2 -> join(middle, head, tail);
                default -> join(head, data.consumeBytes(to - at), tail);
            };
            if (edited.length > 2 * MAX_PLAIN_BYTES) {
                break;
            }
        }
        return edited;
    }

    /** Returns what was handed out before the end or the refusal. */
    private static byte[] decode(ObjectCodec codec, byte[] stored) throws IOException {
        StoredObject expected = new StoredObject(sha256(stored), stored.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream in = codec.decode(new ByteArrayInputStream(stored), expected, OptionalLong.empty())) {
            in.transferTo(out);
        } catch (BackupException refused) {
            Refusals.require(refused);
        }
        return out.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
