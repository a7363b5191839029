package io.holdfast.backup.core.repository;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Seal;
import io.holdfast.backup.core.manifest.Verification.Damage;
import java.util.List;
import java.util.Optional;

/** Checksums: damage is found, forgery is not. */
final class PlainProtection implements Protection {
    private final ManifestCodec codec = new ManifestCodec(Seal.checksum());

    @Override
    public ManifestCodec codec() {
        return codec;
    }

    @Override
    public BackupEncoding newBackup(RepositoryConfig config, String repositoryId, BackupId backup) {
        ObjectCodec zstd = ObjectCodec.zstd(config.compressionLevel());
        return new BackupEncoding(zstd, zstd, List.of());
    }

    @Override
    public ObjectCodec payloadCodec(Manifest manifest) {
        return ObjectCodec.of(manifest.compression());
    }

    @Override
    public ObjectCodec payloadIdsCodec(Manifest manifest) {
        return ObjectCodec.of(manifest.compression());
    }

    @Override
    public LineDigest payloadIdsDigest() {
        return LineDigest.sha256();
    }

    @Override
    public Optional<Damage> refusal(BackupFolder folder, Manifest manifest) {
        if (manifest.encryption().equals(ObjectCodec.NOT_ENCRYPTED)) {
            return Optional.empty();
        }
        return Optional.of(new Damage(
                ErrorCode.MANIFEST_INVALID,
                Layout.manifest(folder.id())
                        + ": field encryption: expected none in a manifest that is not sealed with a key, found \""
                        + manifest.encryption() + "\""));
    }

    @Override
    public Optional<String> keyId() {
        return Optional.empty();
    }

    @Override
    public Optional<String> repositoryId() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // There is nothing to zero.
    }
}
