package io.holdfast.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Seal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any bytes in the place of a manifest or another control object are read, or refused with a code. */
class ControlObjectFuzzTest {
    private static final Pattern SEAL = Pattern.compile("\"checksum\" : \"([0-9a-f]{64})\"\\n}\\n\\z");

    private final ManifestCodec codec = new ManifestCodec(Seal.checksum());

    private interface Decoding {
        void decode(byte[] bytes);
    }

    @FuzzTest(maxDuration = "10m")
    void a_control_object_is_read_or_refused(byte[] data) {
        byte[] sealed = sealed(data);
        attempt(sealed, bytes -> codec.decodePublication(bytes, "manifest.json"));
        attempt(sealed, bytes -> codec.decodeRepositoryDescription(bytes, "repository.json"));
        attempt(sealed, bytes -> codec.decodeLineageEntry(bytes, "lineage/000001.json"));
        attempt(sealed, bytes -> codec.decodeWrappedKey(bytes, "keys/key.json"));
        attempt(sealed, bytes -> ManifestCodec.decodeUnprovenKey(bytes, "keys/key.json"));
        attempt(sealed, bytes -> codec.decodeIntent(bytes, "intent.json"));
        attempt(sealed, bytes -> codec.decodePin(bytes, "pin.json"));
        attempt(sealed, bytes -> codec.decodeDeletion(bytes, "deleting.json"));
        attempt(sealed, bytes -> codec.decodeVerification(bytes, "verification.json"));
    }

    private static void attempt(byte[] bytes, Decoding decoding) {
        try {
            decoding.decode(bytes);
        } catch (BackupException refused) {
            Refusals.require(refused);
        }
    }

    /** Corrects the seal where there is one, so that what is behind it is reached. */
    private static byte[] sealed(byte[] data) {
        Matcher seal = SEAL.matcher(new String(data, StandardCharsets.ISO_8859_1));
        if (!seal.find()) {
            return data;
        }
        byte[] sealed = data.clone();
        Arrays.fill(sealed, seal.start(1), seal.end(1), (byte) '0');
        byte[] digits = HexFormat.of().formatHex(sha256(sealed)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, sealed, seal.start(1), digits.length);
        return sealed;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
