package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.codec.PayloadIds;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.StoredObject;
import io.holdfast.backup.destination.Destination;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the data objects of one backup, as they are stored and in plain. Safe for use by several threads.
 *
 * <p>A download that breaks goes on at the byte where it broke, until no new byte has come for a minute; only then does reading
 * fail, with {@link ErrorCode#DESTINATION_UNREACHABLE} or {@link ErrorCode#DESTINATION_THROTTLED}.
 */
public final class BackupReader {
    private final Destination destination;
    private final Protection protection;
    private final Manifest manifest;
    private final DownloadWatch watch;

    BackupReader(Destination destination, Protection protection, Manifest manifest, DownloadWatch watch) {
        this.destination = destination;
        this.protection = protection;
        this.manifest = manifest;
        this.watch = watch;
    }

    /**
     * Returns a reader of the same backup whose downloads are watched.
     *
     * @param watcher hears of broken downloads that go on, and can end the wait before
     */
    public BackupReader watchedBy(DownloadWatch watcher) {
        return new BackupReader(destination, protection, manifest, watcher);
    }

    /** Opens the stored bytes of the payload, which the caller closes. */
    public InputStream storedPayload() {
        return download(Layout.payload(manifest.backupId()), manifest.payload());
    }

    /** Opens the stored bytes of the payload ids, which the caller closes. */
    public InputStream storedPayloadIds() {
        return download(
                Layout.payloadIds(manifest.backupId()), manifest.payloadIds().stored());
    }

    private InputStream download(String key, StoredObject expected) {
        return new ResumingInput(destination, key, expected.size(), watch, Waiting.SYSTEM);
    }

    /**
     * Opens what the store wrote. No byte is handed out before its frame was checked, and the end is signalled only if everything
     * agrees with the manifest; else reading throws a {@link BackupException} with {@link ErrorCode#INTEGRITY_MISMATCH} or
     * {@link ErrorCode#DECRYPTION_FAILED}.
     *
     * @return the stream, which the caller closes
     * @throws BackupException with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE}, {@link ErrorCode#ENCRYPTION_KEY_INVALID} or
     *     {@link ErrorCode#DECRYPTION_FAILED} if the data key cannot be unwrapped here; {@link ErrorCode#BACKUP_INCOMPLETE} if it
     *     is missing; {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know the compression
     */
    public InputStream payload() {
        return decoded(
                protection.payloadCodec(manifest),
                this::storedPayload,
                manifest.payload(),
                OptionalLong.of(manifest.plainSize()));
    }

    /**
     * Opens the payload ids, one per line, in ascending order of their UTF-8 bytes. The end is signalled only if the stored bytes
     * agree with the manifest, as for {@link #payload}.
     *
     * @return the stream, which the caller closes
     * @throws BackupException with {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know the compression
     */
    public InputStream payloadIdLines() {
        return decoded(
                protection.payloadIdsCodec(manifest),
                this::storedPayloadIds,
                manifest.payloadIds().stored(),
                OptionalLong.empty());
    }

    private static InputStream decoded(
            ObjectCodec codec, Supplier<InputStream> object, StoredObject expected, OptionalLong plainSize) {
        try {
            InputStream stored = object.get();
            return new Decoded(codec.decode(stored, expected, plainSize), stored, codec);
        } catch (RuntimeException e) {
            codec.close();
            throw e;
        }
    }

    /**
     * Reads the payload ids to the end.
     *
     * @param consumer sees each id in turn, in ascending order of their UTF-8 bytes
     * @return what was read, which is what the manifest says
     * @throws BackupException with {@link ErrorCode#INTEGRITY_MISMATCH} or {@link ErrorCode#DECRYPTION_FAILED} if it is not;
     *     {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if this release does not know the compression
     * @throws IOException if the destination fails
     */
    public PayloadIds.Summary payloadIds(Consumer<String> consumer) throws IOException {
        try (InputStream plain = payloadIdLines()) {
            PayloadIds.Summary found = PayloadIds.read(plain, consumer, protection.payloadIdsDigest());
            PayloadIds.Summary expected = new PayloadIds.Summary(
                    manifest.payloadIds().count(), manifest.payloadIds().plainDigest());
            if (!found.equals(expected)) {
                throw new BackupException(
                        ErrorCode.INTEGRITY_MISMATCH, "Payload ids: expected " + expected + ", found " + found);
            }
            return found;
        }
    }

    /** Plain bytes that own what is below them. */
    private static final class Decoded extends FilterInputStream {
        private final InputStream stored;
        private final ObjectCodec codec;

        Decoded(InputStream plain, InputStream stored, ObjectCodec codec) {
            super(plain);
            this.stored = stored;
            this.codec = codec;
        }

        @Override
        public void close() throws IOException {
            try (codec;
                    stored) {
                super.close();
            }
        }
    }
}
