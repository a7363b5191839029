package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/**
 * How the plain bytes of a data object become stored bytes, and back: a list of stages between the store and the digest.
 * Immutable.
 */
public final class ObjectCodec {
    /** The name of compression with zstd in manifests. */
    public static final String ZSTD = "zstd";

    /** The name of no encryption in manifests. */
    public static final String NOT_ENCRYPTED = "none";

    private final List<Stage> stages;

    private ObjectCodec(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    /**
     * Returns the codec that compresses and does not encrypt.
     *
     * @param level the zstd level, 1 to 19
     * @return the codec
     * @throws IllegalArgumentException if there is no such level
     */
    public static ObjectCodec zstd(int level) {
        return new ObjectCodec(List.of(new ZstdStage(level)));
    }

    /**
     * Returns the codec that reads what a manifest describes.
     *
     * @param compression the manifest's compression
     * @param encryption the manifest's encryption
     * @return the codec
     * @throws BackupException with {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know one of them
     */
    public static ObjectCodec of(String compression, String encryption) {
        if (!encryption.equals(NOT_ENCRYPTED)) {
            throw new BackupException(
                    ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                    "Expected encryption \"none\", which is all that this release reads, found \"" + encryption + "\"");
        }
        if (!compression.equals(ZSTD)) {
            throw new BackupException(
                    ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                    "Expected compression \"zstd\", which is all that this release reads without encryption, found \""
                            + compression + "\"");
        }
        return zstd(1);
    }

    /** Returns the name of the compression in manifests. */
    public String compression() {
        return ZSTD;
    }

    /** Returns the name of the encryption in manifests. */
    public String encryption() {
        return NOT_ENCRYPTED;
    }

    /**
     * Returns a stream that encodes what is written to it.
     *
     * @param sink where the stored bytes go; stays open
     * @return the stream, which the caller closes
     */
    public EncodedOutput encode(OutputStream sink) {
        DigestOutput digested = new DigestOutput(sink);
        Deque<OutputStream> streams = new ArrayDeque<>(List.of(digested));
        for (int i = stages.size() - 1; i >= 0; i--) {
            streams.push(stages.get(i).encode(streams.element()));
        }
        return new EncodedOutput(streams, digested);
    }

    /**
     * Returns a stream that decodes what it reads and ends only if everything agrees with what was recorded.
     *
     * @param stored the stored bytes; stays open
     * @param expected the recorded digest and size of the stored bytes
     * @param plainSize the recorded number of plain bytes, if it was recorded
     * @return the stream, which the caller closes
     */
    public InputStream decode(InputStream stored, StoredObject expected, OptionalLong plainSize) {
        Deque<InputStream> streams = new ArrayDeque<>(List.of(new DigestInput(stored, expected)));
        for (int i = stages.size() - 1; i >= 0; i--) {
            streams.push(stages.get(i).decode(streams.element()));
        }
        return new DecodedInput(streams, plainSize);
    }
}
