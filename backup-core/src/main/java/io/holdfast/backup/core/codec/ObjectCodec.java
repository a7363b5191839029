package io.holdfast.backup.core.codec;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.StoredObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the plain bytes of a data object become stored bytes, and back: a list of stages between the store and the digest.
 * Immutable but for its key, which it owns and {@link #close} zeroes.
 */
public final class ObjectCodec implements AutoCloseable {
    /** The name of compression with zstd in manifests. */
    public static final String ZSTD = "zstd";

    /** The name of no compression in manifests; only together with encryption, so that every frame carries a check. */
    public static final String NOT_COMPRESSED = "none";

    /** The name of encryption with AES-256-GCM in manifests. */
    public static final String AES_256_GCM = "aes-256-gcm";

    /** The name of no encryption in manifests. */
    public static final String NOT_ENCRYPTED = "none";

    private static final int ANY_LEVEL = 1;

    private final Optional<ZstdStage> compression;
    private final Optional<EncryptionStage> encryption;

    private ObjectCodec(Optional<ZstdStage> compression, Optional<EncryptionStage> encryption) {
        this.compression = compression;
        this.encryption = encryption;
    }

    /**
     * Returns the codec that compresses and does not encrypt.
     *
     * @param level the zstd level, 1 to 19
     * @return the codec
     * @throws IllegalArgumentException if there is no such level
     */
    public static ObjectCodec zstd(int level) {
        return new ObjectCodec(Optional.of(new ZstdStage(level)), Optional.empty());
    }

    /**
     * Returns the codec that encrypts after it has compressed.
     *
     * @param level the zstd level, 1 to 19
     * @param key the data key of the backup for a payload, the repository key for payload ids; copied
     * @param header which object this is
     * @return the codec
     * @throws IllegalArgumentException if there is no such level
     */
    public static ObjectCodec encryptedZstd(int level, KeyMaterial key, ObjectHeader header) {
        return encrypted(Optional.of(new ZstdStage(level)), key, header);
    }

    /**
     * Returns the codec that encrypts and does not compress.
     *
     * @param key the data key of the backup for a payload, the repository key for payload ids; copied
     * @param header which object this is
     * @return the codec
     */
    public static ObjectCodec encryptedOnly(KeyMaterial key, ObjectHeader header) {
        return encrypted(Optional.empty(), key, header);
    }

    private static ObjectCodec encrypted(Optional<ZstdStage> compression, KeyMaterial key, ObjectHeader header) {
        return new ObjectCodec(compression, Optional.of(new EncryptionStage(key.copy(), header)));
    }

    /**
     * Returns the codec that reads what is not encrypted.
     *
     * @param compression the manifest's compression
     * @return the codec
     * @throws BackupException with {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know it
     */
    public static ObjectCodec of(String compression) {
        if (!compression.equals(ZSTD)) {
            throw unknown("\"zstd\", which is all that this release reads without encryption", compression);
        }
        return zstd(ANY_LEVEL);
    }

    /**
     * Returns the codec that reads what is encrypted with AES-256-GCM.
     *
     * @param compression the manifest's compression
     * @param key the data key of the backup for a payload, the repository key for payload ids; copied
     * @param header which object is expected
     * @return the codec
     * @throws BackupException with {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know the compression
     */
    public static ObjectCodec ofEncrypted(String compression, KeyMaterial key, ObjectHeader header) {
        return switch (compression) {
            case ZSTD -> encryptedZstd(ANY_LEVEL, key, header);
            case NOT_COMPRESSED -> encryptedOnly(key, header);
            default -> throw unknown("\"zstd\" or \"none\", which is all that this release reads", compression);
        };
    }

    private static BackupException unknown(String expected, String found) {
        return new BackupException(
                ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                "Expected compression " + expected + ", found \"" + found + "\"");
    }

    /** Returns the name of the compression in manifests. */
    public String compression() {
        return compression.isPresent() ? ZSTD : NOT_COMPRESSED;
    }

    /** Returns the name of the encryption in manifests. */
    public String encryption() {
        return encryption.isPresent() ? AES_256_GCM : NOT_ENCRYPTED;
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
        encryption.ifPresent(stage -> streams.push(stage.encode(streams.element())));
        compression.ifPresent(stage -> streams.push(stage.encode(streams.element())));
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
        encryption.ifPresent(stage -> {
            streams.push(new ReadAhead(streams.element()));
            streams.push(stage.decode(streams.element()));
        });
        compression.ifPresent(stage -> streams.push(stage.decode(streams.element())));
        streams.push(new ReadAhead(streams.element()));
        return new DecodedInput(streams, plainSize);
    }

    /** Zeroes the key. Closing twice does nothing more. */
    @Override
    public void close() {
        encryption.ifPresent(stage -> stage.key().close());
    }
}
