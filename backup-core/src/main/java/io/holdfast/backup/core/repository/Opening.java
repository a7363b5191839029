package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.key.KeyRing;
import io.holdfast.backup.core.key.RepositoryKey;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds, or makes, what a repository is known by: its description and, if it is encrypted, its key. Used by one thread. */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final Destination destination;
    private final Optional<EncryptionConfig> encryption;

    Opening(Destination destination, Optional<EncryptionConfig> encryption) {
        this.destination = destination;
        this.encryption = encryption;
    }

    /** What was found. */
    record Opened(Protection protection, Optional<Identity> identity) {}

    /** Reads what is there; a description that is damaged counts as none. */
    Opened readIfReadable() {
        Optional<byte[]> description = description();
        Protection protection = protection(description);
        try {
            Identities identities = new Identities(destination, protection.codec());
            return new Opened(protection, checked(identities.readIfReadable(description)));
        } catch (RuntimeException e) {
            protection.close();
            throw e;
        }
    }

    /** Reads what is there; empty only if the description is known not to be there. */
    private Optional<Opened> read() {
        Optional<byte[]> description = description();
        if (description.isEmpty()) {
            return Optional.empty();
        }
        Protection protection = protection(description);
        try {
            return checked(new Identities(destination, protection.codec()).read(description))
                    .map(identity -> new Opened(protection, Optional.of(identity)));
        } catch (RuntimeException e) {
            protection.close();
            throw e;
        }
    }

    /** Why a destination can only be read, if so. */
    static Optional<String> reasonForReadingOnly(Destination destination, RepositoryConfig config) {
        DestinationInfo info = destination.info();
        boolean exclusive = info.capabilities().contains(Capability.EXCLUSIVE_COMMIT)
                || info.capabilities().contains(Capability.EXCLUSIVE_SMALL_COMMIT);
        return exclusive || config.singleWriter()
                ? Optional.empty()
                : Optional.of(info.location() + " cannot commit exclusively and nobody vouches for a single writer");
    }

    /** Reads what is there, or makes it where nothing is, for the store that writes now. */
    Opened forWriting(RepositoryConfig config) {
        Opened opened = readOrCreate(config);
        try {
            Identities identities =
                    new Identities(destination, opened.protection().codec());
            identities.requireSameKind(opened.identity().orElseThrow(), config.store());
            identities.requireCurrent(opened.identity().orElseThrow(), config.store());
            return opened;
        } catch (RuntimeException e) {
            opened.protection().close();
            throw e;
        }
    }

    /** Makes the configured store the one that writes from now on. */
    void adopt(RepositoryConfig config) {
        Opened opened = read().orElseThrow(() -> new BackupException(
                ErrorCode.BACKUP_NOT_FOUND,
                "Expected a repository to adopt in " + destination.info().location() + ", found none"));
        try (Protection protection = opened.protection()) {
            Identities identities = new Identities(destination, protection.codec());
            Identity identity = opened.identity().orElseThrow();
            identities.requireSameKind(identity, config.store());
            if (!identity.currentStoreId().equals(config.store().id())) {
                identities.adopt(identity, config.store().id(), config.clock().now());
                LOG.info(
                        "event=store_adopted name={} store={}",
                        config.name(),
                        config.store().id());
            }
        }
    }

    /** Of two creators at once the loser takes the winner's. */
    private Opened readOrCreate(RepositoryConfig config) {
        return read().orElseGet(() -> {
            if (encryption.flatMap(EncryptionConfig::repositoryId).isPresent()) {
                throw new BackupException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "Expected repository " + encryption.get().repositoryId().get() + " in "
                                + destination.info().location()
                                + ", found none; if a new one is meant, configure no id");
            }
            create(config);
            return read().orElseThrow(() -> new BackupException(
                    ErrorCode.DESTINATION_OBJECT_MISSING,
                    Layout.REPOSITORY + " was made in " + destination.info().location() + " and is not there now"));
        });
    }

    private void create(RepositoryConfig config) {
        BackupIdGenerator ids = new BackupIdGenerator(config.clock(), config.random());
        String repositoryId = ids.next(Optional.empty()).value();
        try (Protection protection = newProtection(repositoryId)) {
            Identities identities = new Identities(destination, protection.codec());
            identities.requireEmpty();
            // The keys come first: a repository without its key could never be opened.
            List<String> written = protection instanceof EncryptedProtection encrypted
                    ? writeKeys(config, ids, repositoryId, encrypted)
                    : List.of();
            if (!identities.create(repositoryId, config.store(), config.clock().now())) {
                written.forEach(destination::delete);
            }
        }
    }

    private Protection newProtection(String repositoryId) {
        if (encryption.isEmpty()) {
            return new PlainProtection();
        }
        KeyRing ring = new KeyRing(encryption.get());
        RepositoryKey key = new RepositoryKeys(destination, encryption.get(), ring).fresh();
        return new EncryptedProtection(destination, ring, key, Optional.of(repositoryId));
    }

    private List<String> writeKeys(
            RepositoryConfig config, BackupIdGenerator ids, String repositoryId, EncryptedProtection protection) {
        List<WrappedKey> wrapped = new RepositoryKeys(destination, encryption.orElseThrow(), protection.ring())
                .wrap(protection.repositoryKey(), repositoryId, config.clock().now());
        KeyFolder folder = KeyFolder.ofRepository(destination);
        List<String> written = new ArrayList<>();
        for (WrappedKey one : wrapped) {
            written.add(folder.write(ids.next(Optional.empty()), one, protection.codec()));
        }
        return written;
    }

    private Optional<byte[]> description() {
        return new ControlObjects(destination).read(Layout.REPOSITORY);
    }

    private Protection protection(Optional<byte[]> description) {
        if (encryption.isEmpty()) {
            return new PlainProtection();
        }
        KeyRing ring = new KeyRing(encryption.get());
        RepositoryKeys.Found found = new RepositoryKeys(destination, encryption.get(), ring).find(description);
        return new EncryptedProtection(destination, ring, found.key(), found.repositoryId());
    }

    private Optional<Identity> checked(Optional<Identity> identity) {
        Optional<String> expected = encryption.flatMap(EncryptionConfig::repositoryId);
        if (identity.isPresent()
                && expected.isPresent()
                && !identity.get().repositoryId().equals(expected.get())) {
            throw new BackupException(
                    ErrorCode.STORE_MISMATCH,
                    "Expected repository " + expected.get() + " in "
                            + destination.info().location() + ", found "
                            + identity.get().repositoryId());
        }
        return identity;
    }
}
