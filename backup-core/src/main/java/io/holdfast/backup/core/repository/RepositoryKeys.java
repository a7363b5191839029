package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.key.KeyRing;
import io.holdfast.backup.core.key.RepositoryKey;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Destination;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the repository key: on this host, or wrapped at the destination. One that is wrapped is trusted only if nobody but a
 * holder of this host's keys can have wrapped it, or if its id is the configured one. Used by one thread.
 */
final class RepositoryKeys {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryKeys.class);

    private final Destination destination;
    private final EncryptionConfig config;
    private final KeyRing ring;
    private final List<BackupException> failures = new ArrayList<>();

    RepositoryKeys(Destination destination, EncryptionConfig config, KeyRing ring) {
        this.destination = destination;
        this.config = config;
        this.ring = ring;
    }

    /** A trusted repository key, and the repository that it is wrapped for, if it is. */
    record Found(RepositoryKey key, Optional<String> repositoryId) {}

    /**
     * Finds the key of this repository.
     *
     * @param description the stored bytes of the repository's description, if it is there
     */
    Found find(Optional<byte[]> description) {
        Optional<RepositoryKey> local = ring.localRepositoryKey();
        if (local.isPresent()) {
            requireTrusted(local.get());
            return new Found(local.get(), config.repositoryId());
        }
        List<Found> candidates = candidates();
        for (Found candidate : candidates) {
            if (description.isPresent() && describes(description.get(), candidate)) {
                closeAllBut(candidate, candidates);
                return candidate;
            }
        }
        return onlyOne(candidates);
    }

    /** Makes the key of a new repository and wraps it for every recipient. Refuses what this host could not open again. */
    List<WrappedKey> wrap(RepositoryKey key, String repositoryId, Instant now) {
        List<WrappedKey> wrapped = new ArrayList<>();
        boolean canBeOpened = config.repositoryKey().isPresent();
        for (String recipient : ring.recipients()) {
            WrappedKey one = WrappedKey.of(
                    repositoryId,
                    Optional.empty(),
                    recipient,
                    ring.wrap(recipient, key.material(), RepositoryKey.context(repositoryId)),
                    now);
            canBeOpened |= !ring.anybodyCanWrap(recipient);
            wrapped.add(one);
        }
        if (wrapped.isEmpty() || !canBeOpened) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    wrapped.isEmpty()
                            ? "Expected at least one recipient for a new encrypted repository, found none"
                            : "Expected a repository key on this host, since all recipients are public keys, found none;"
                                    + " make one and configure where it lies");
        }
        return wrapped;
    }

    /** The key of a new repository: the one on this host, else a random one. */
    RepositoryKey fresh() {
        RepositoryKey key = ring.localRepositoryKey().orElseGet(() -> {
            try (KeyMaterial random = KeyMaterial.random()) {
                return new RepositoryKey(random);
            }
        });
        requireTrusted(key);
        return key;
    }

    private void requireTrusted(RepositoryKey key) {
        if (config.repositoryKeyId().filter(id -> !id.equals(key.id())).isPresent()) {
            String found = key.id();
            key.close();
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID,
                    "Expected the repository key with id "
                            + config.repositoryKeyId().get() + ", found " + found);
        }
    }

    private List<Found> candidates() {
        List<Found> candidates = new ArrayList<>();
        KeyFolder.ofRepository(destination).readAll().forEach((key, bytes) -> {
            try {
                candidates.add(open(bytes, key));
            } catch (BackupException e) {
                LOG.debug(
                        "event=repository_key_skipped key={} code={}",
                        key,
                        e.code().wireValue());
                failures.add(e);
            }
        });
        return candidates;
    }

    private Found open(byte[] bytes, String objectKey) {
        WrappedKey wrapped = ManifestCodec.decodeUnprovenKey(bytes, objectKey);
        if (wrapped.backupId().isPresent()) {
            throw untrusted(objectKey, "it is wrapped as the data key of a backup");
        }
        if (config.repositoryId()
                .filter(id -> !id.equals(wrapped.repositoryId()))
                .isPresent()) {
            throw untrusted(objectKey, "it belongs to repository " + wrapped.repositoryId());
        }
        RepositoryKey key;
        try (KeyMaterial material = ring.unwrap(wrapped, RepositoryKey.context(wrapped.repositoryId()))) {
            key = new RepositoryKey(material);
        }
        requireTrusted(key);
        if (config.repositoryKeyId().isEmpty() && ring.anybodyCanWrap(wrapped.reference())) {
            String id = key.id();
            key.close();
            throw untrusted(
                    objectKey,
                    "anybody can wrap a key for a public key; if " + id
                            + " is the id of your repository key, configure it as repositoryKeyId");
        }
        try {
            new ManifestCodec(key.seal()).decodeWrappedKey(bytes, objectKey);
        } catch (BackupException e) {
            key.close();
            throw e;
        }
        return new Found(key, Optional.of(wrapped.repositoryId()));
    }

    private static BackupException untrusted(String objectKey, String reason) {
        return new BackupException(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE, objectKey + " cannot be trusted: " + reason);
    }

    private static boolean describes(byte[] description, Found candidate) {
        try {
            return new ManifestCodec(candidate.key().seal())
                    .decodeRepositoryDescription(description, Layout.REPOSITORY)
                    .repositoryId()
                    .equals(candidate.repositoryId().orElseThrow());
        } catch (BackupException e) {
            return false;
        }
    }

    /** Without a description that proves one of them, there must be no choice. */
    private Found onlyOne(List<Found> candidates) {
        if (candidates.isEmpty() && failures.isEmpty()) {
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_UNAVAILABLE,
                    "Expected a wrapped repository key in " + destination.info().location()
                            + ", found none: what is there is not encrypted, or its keys were removed");
        }
        if (candidates.isEmpty()) {
            throw KeyRing.likeliest(failures);
        }
        Found first = candidates.get(0);
        closeAllBut(first, candidates);
        if (candidates.stream()
                .anyMatch(other -> !other.key().id().equals(first.key().id()))) {
            first.key().close();
            throw new BackupException(
                    ErrorCode.ENCRYPTION_KEY_INVALID,
                    "Expected the wrapped keys of one repository in "
                            + destination.info().location() + ", found those of several; configure repositoryKeyId");
        }
        return first;
    }

    private static void closeAllBut(Found kept, List<Found> candidates) {
        for (Found candidate : candidates) {
            if (!candidate.key().equals(kept.key())) {
                candidate.key().close();
            }
        }
    }
}
