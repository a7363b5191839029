package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.codec.ObjectHeader;
import io.holdfast.backup.core.codec.ObjectRole;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.key.KeyRing;
import io.holdfast.backup.core.key.RepositoryKey;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Destination;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sealed with the repository key; payloads encrypted with a data key each, payload ids with the repository key. Whoever has only
 * public keys and the repository key can do everything here but read a payload.
 */
final class EncryptedProtection implements Protection {
    private static final Logger LOG = LoggerFactory.getLogger(EncryptedProtection.class);

    private final Destination destination;
    private final KeyRing ring;
    private final RepositoryKey repositoryKey;
    private final Optional<String> repositoryId;
    private final ManifestCodec codec;

    /**
     * Takes a repository's key.
     *
     * @param repositoryKey the key, which this owns from now on
     * @param repositoryId the repository that it belongs to, if that is known
     */
    EncryptedProtection(
            Destination destination, KeyRing ring, RepositoryKey repositoryKey, Optional<String> repositoryId) {
        this.destination = destination;
        this.ring = ring;
        this.repositoryKey = repositoryKey;
        this.repositoryId = repositoryId;
        this.codec = new ManifestCodec(repositoryKey.seal());
    }

    @Override
    public ManifestCodec codec() {
        return codec;
    }

    KeyRing ring() {
        return ring;
    }

    RepositoryKey repositoryKey() {
        return repositoryKey;
    }

    @Override
    public BackupEncoding newBackup(RepositoryConfig config, String repositoryId, BackupId backup) {
        try (KeyMaterial dataKey = KeyMaterial.random()) {
            List<WrappedKey> wrapped = wrap(
                    dataKey,
                    repositoryId,
                    backup,
                    ring.recipients(),
                    config.clock().now());
            String store = config.store().id();
            return new BackupEncoding(
                    encoder(config, dataKey, new ObjectHeader(ObjectRole.PAYLOAD, repositoryId, backup, store)),
                    encoder(
                            config,
                            repositoryKey.material(),
                            new ObjectHeader(ObjectRole.PAYLOAD_IDS, repositoryId, backup, store)),
                    wrapped);
        }
    }

    private static ObjectCodec encoder(RepositoryConfig config, KeyMaterial key, ObjectHeader header) {
        return config.compressed()
                ? ObjectCodec.encryptedZstd(config.compressionLevel(), key, header)
                : ObjectCodec.encryptedOnly(key, header);
    }

    /** Wraps a data key for several recipients. */
    List<WrappedKey> wrap(
            KeyMaterial dataKey, String repositoryId, BackupId backup, List<String> recipients, Instant now) {
        if (recipients.isEmpty()) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Expected at least one recipient, found none: nobody could ever read the backup");
        }
        byte[] context = context(repositoryId, backup);
        List<WrappedKey> wrapped = new ArrayList<>();
        for (String recipient : recipients) {
            wrapped.add(WrappedKey.of(
                    repositoryId, Optional.of(backup), recipient, ring.wrap(recipient, dataKey, context), now));
        }
        return wrapped;
    }

    /** What is bound to a data key when it is wrapped. */
    private static byte[] context(String repositoryId, BackupId backup) {
        return ("holdfast v1 data key\n" + repositoryId + "\n" + backup).getBytes(StandardCharsets.US_ASCII);
    }

    /** Unwraps a backup's data key, which the caller closes. */
    KeyMaterial dataKey(String repositoryId, BackupId backup) {
        KeyFolder folder = KeyFolder.of(destination, backup);
        List<WrappedKey> genuine = new ArrayList<>();
        folder.readAll()
                .forEach((key, bytes) ->
                        genuine(bytes, key, repositoryId, backup).ifPresent(genuine::add));
        if (genuine.isEmpty()) {
            throw new BackupException(
                    ErrorCode.BACKUP_INCOMPLETE,
                    "Backup " + backup + ": expected a wrapped data key, found none that this repository has sealed");
        }
        return ring.unwrapAny(genuine, context(repositoryId, backup));
    }

    private Optional<WrappedKey> genuine(byte[] bytes, String key, String repositoryId, BackupId backup) {
        try {
            WrappedKey wrapped = codec.decodeWrappedKey(bytes, key);
            if (wrapped.repositoryId().equals(repositoryId)
                    && wrapped.backupId().equals(Optional.of(backup))) {
                return Optional.of(wrapped);
            }
            LOG.warn("event=wrapped_key_misplaced key={}", key);
        } catch (BackupException e) {
            LOG.warn(
                    "event=wrapped_key_unreadable key={} code={} reason=\"{}\"",
                    key,
                    e.code().wireValue(),
                    e.getMessage());
        }
        return Optional.empty();
    }

    @Override
    public ObjectCodec payloadCodec(Manifest manifest) {
        requireEncrypted(manifest);
        try (KeyMaterial dataKey = dataKey(manifest.repositoryId(), manifest.backupId())) {
            return ObjectCodec.ofEncrypted(manifest.compression(), dataKey, header(ObjectRole.PAYLOAD, manifest));
        }
    }

    @Override
    public ObjectCodec payloadIdsCodec(Manifest manifest) {
        requireEncrypted(manifest);
        return ObjectCodec.ofEncrypted(
                manifest.compression(), repositoryKey.material(), header(ObjectRole.PAYLOAD_IDS, manifest));
    }

    private static ObjectHeader header(ObjectRole role, Manifest manifest) {
        return new ObjectHeader(
                role,
                manifest.repositoryId(),
                manifest.backupId(),
                manifest.store().id());
    }

    private static void requireEncrypted(Manifest manifest) {
        refusal(manifest).ifPresent(damage -> {
            throw new BackupException(damage.code(), damage.message());
        });
    }

    private static Optional<Damage> refusal(Manifest manifest) {
        if (manifest.encryption().equals(ObjectCodec.AES_256_GCM)) {
            return Optional.empty();
        }
        return Optional.of(new Damage(
                ErrorCode.MANIFEST_INVALID,
                Layout.manifest(manifest.backupId())
                        + ": field encryption: expected aes-256-gcm, since this repository is configured as encrypted,"
                        + " found \"" + manifest.encryption() + "\""));
    }

    @Override
    public LineDigest payloadIdsDigest() {
        return LineDigest.keyed(repositoryKey.payloadIdsMac());
    }

    @Override
    public Optional<Damage> refusal(BackupFolder folder, Manifest manifest) {
        return refusal(manifest)
                .or(() -> folder.below(Layout.KEYS).isEmpty()
                        ? Optional.of(new Damage(
                                ErrorCode.BACKUP_INCOMPLETE,
                                Layout.folder(folder.id()) + Layout.KEYS
                                        + ": expected the wrapped data key, found no object"))
                        : Optional.empty());
    }

    @Override
    public Optional<String> keyId() {
        return Optional.of(repositoryKey.id());
    }

    @Override
    public Optional<String> repositoryId() {
        return repositoryId;
    }

    @Override
    public void close() {
        repositoryKey.close();
    }
}
