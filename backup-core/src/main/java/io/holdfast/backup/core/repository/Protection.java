package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.codec.LineDigest;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Verification.Damage;
import java.util.Optional;

/**
 * How the objects of a repository are guarded: with checksums, or sealed and encrypted with its keys. Implementations are safe
 * for use by several threads.
 */
interface Protection extends AutoCloseable {
    /** The codec of control objects. */
    ManifestCodec codec();

    /** Returns the encoding of a new backup, which the caller closes. */
    BackupEncoding newBackup(RepositoryConfig config, String repositoryId, BackupId backup);

    /** Returns the codec that reads a payload, which the caller closes. */
    ObjectCodec payloadCodec(Manifest manifest);

    /** Returns the codec that reads payload ids, which the caller closes. */
    ObjectCodec payloadIdsCodec(Manifest manifest);

    /** Returns a digest over the plain lines of payload ids. */
    LineDigest payloadIdsDigest();

    /** Why a backup is refused, whatever its manifest says: this host's policy. */
    Optional<Damage> refusal(BackupFolder folder, Manifest manifest);

    /** The id of the repository key, if there is one. */
    Optional<String> keyId();

    /** The one repository that is accepted, if that is known without its description. */
    Optional<String> repositoryId();

    /** Zeroes the keys. */
    @Override
    void close();
}
