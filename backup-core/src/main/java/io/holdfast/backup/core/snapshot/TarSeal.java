package io.holdfast.backup.core.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 over a tar as it goes by, asked for once at its beginning and once at its end. Two digests, because not every provider
 * of digests can copy one.
 */
final class TarSeal {
    /** The first entry: whose tar this is. */
    static final String BEGIN = TarRules.RESERVED + "/begin";

    /** The last entry: that nothing is missing and nothing has changed. */
    static final String END = TarRules.RESERVED + "/end";

    /** How the text of the first entry begins. */
    static final String TITLE = "holdfast checkpoint ";

    /** The length of what {@link #line} returns. */
    static final int LINE_BYTES = "sha256 \n".length() + 64;

    private static final int FORMAT_VERSION = 1;

    private final MessageDigest begin = sha256();
    private final MessageDigest whole = sha256();
    private boolean begun;

    /** Returns the lines of the first entry, but for the one that seals them. */
    static List<String> beginning(SnapshotFormat format) {
        return List.of(TITLE + FORMAT_VERSION, "engine " + format.engineTag(), "schema " + format.schemaVersion());
    }

    /** Returns the lines of the last entry, but for the one that seals them. */
    static List<String> end(TarRules rules) {
        return List.of("entries " + rules.entries(), "bytes " + rules.bytes());
    }

    void update(byte[] bytes, int offset, int length) {
        whole.update(bytes, offset, length);
        if (!begun) {
            begin.update(bytes, offset, length);
        }
    }

    /**
     * Returns the line that seals everything before it. To be called twice at most.
     *
     * @param pending what comes before the line and has not gone by yet
     */
    byte[] line(byte[] pending) {
        MessageDigest digest = begun ? whole : begin;
        begun = true;
        String hex = HexFormat.of().formatHex(digest.digest(pending));
        return ("sha256 " + hex + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
