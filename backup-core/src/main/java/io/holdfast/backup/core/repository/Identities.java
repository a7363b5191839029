package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.manifest.LineageEntry;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.RepositoryDescription;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, reads and hands over the identity of a repository. */
final class Identities {
    private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

    private final Destination destination;
    private final ControlObjects objects;
    private final ManifestCodec codec;

    Identities(Destination destination, ManifestCodec codec) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.codec = codec;
    }

    /** Returns the identity; empty only if the repository's description is known not to be there. */
    Optional<Identity> read() {
        return read(objects.read(Layout.REPOSITORY));
    }

    /** Returns the identity that the stored bytes of the repository's description say; empty only if there are none. */
    Optional<Identity> read(Optional<byte[]> stored) {
        return stored.map(bytes -> codec.decodeRepositoryDescription(bytes, Layout.REPOSITORY))
                .map(description -> new Identity(description, storeIds(description)));
    }

    /** The same for readers: a description that is damaged is reported and counts as none. */
    Optional<Identity> readIfReadable(Optional<byte[]> stored) {
        try {
            return read(stored);
        } catch (BackupException e) {
            if (!ControlObjects.saysDamaged(e)) {
                throw e;
            }
            LOG.warn(
                    "event=repository_description_unreadable code={} reason=\"{}\"",
                    e.code().wireValue(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    void requireSameKind(Identity identity, StoreIdentity store) {
        String kind = identity.description().firstStore().kind();
        if (!kind.equals(store.kind())) {
            throw new BackupException(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    destination.info().location() + " is the repository of stores of kind \"" + kind
                            + "\", and this one is of kind \"" + store.kind() + "\"; choose another location");
        }
    }

    /** Requires that a store is the one that writes now. */
    void requireCurrent(Identity identity, StoreIdentity store) {
        if (!identity.currentStoreId().equals(store.id())) {
            throw new BackupException(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    destination.info().location() + " is the repository of store " + identity.currentStoreId()
                            + ", and this one is " + store.id()
                            + "; choose another location, or adopt the store if it succeeds that one");
        }
    }

    /** Writes the description; false if somebody else was faster. */
    boolean create(String repositoryId, StoreIdentity store, Instant now) {
        RepositoryDescription description = new RepositoryDescription(repositoryId, store, now);
        return objects.commit(Layout.REPOSITORY, codec.encode(description));
    }

    /** Makes another store the one that writes from now on. */
    Identity adopt(Identity identity, String storeId, Instant now) {
        int number = identity.storeIds().size();
        LineageEntry entry = new LineageEntry(identity.repositoryId(), number, storeId, now);
        if (!objects.commit(Layout.lineage(number), codec.encode(entry))) {
            throw new BackupException(
                    ErrorCode.DESTINATION_PATH_CONFLICT,
                    "Another store adopted the repository in "
                            + destination.info().location() + " at the same time; look at it before you try again");
        }
        List<String> storeIds = new ArrayList<>(identity.storeIds());
        storeIds.add(storeId);
        return new Identity(identity.description(), storeIds);
    }

    private List<String> storeIds(RepositoryDescription description) {
        List<String> storeIds = new ArrayList<>();
        storeIds.add(description.firstStore().id());
        List<String> keys;
        try (Stream<ObjectInfo> listing = destination.list(Layout.LINEAGE, "")) {
            keys = listing.map(ObjectInfo::key).toList();
        }
        for (String key : keys) {
            byte[] bytes = objects.read(key)
                    .orElseThrow(() -> new BackupException(
                            ErrorCode.DESTINATION_OBJECT_MISSING, key + " was listed and is not there now"));
            LineageEntry entry = codec.decodeLineageEntry(bytes, key);
            if (!entry.repositoryId().equals(description.repositoryId())
                    || entry.number() != storeIds.size()
                    || !key.equals(Layout.lineage(entry.number()))) {
                throw new BackupException(
                        ErrorCode.MANIFEST_INVALID,
                        key + ": expected adoption " + storeIds.size() + " of repository " + description.repositoryId()
                                + ", found adoption " + entry.number() + " of repository " + entry.repositoryId());
            }
            storeIds.add(entry.storeId());
        }
        return storeIds;
    }

    /** Requires that nothing is there but what probes and a creation that was cut off leave behind. */
    void requireEmpty() {
        try (Stream<ObjectInfo> listing = destination.list("", "")) {
            listing.map(ObjectInfo::key)
                    .filter(key -> !key.startsWith(Layout.PROBES) && !key.startsWith(Layout.KEYS))
                    .findFirst()
                    // What is there may be what another creator has just made.
                    .filter(key -> objects.read(Layout.REPOSITORY).isEmpty())
                    .ifPresent(key -> {
                        throw new BackupException(
                                ErrorCode.DESTINATION_PATH_CONFLICT,
                                "Expected a repository or an empty destination in "
                                        + destination.info().location() + ", found no " + Layout.REPOSITORY
                                        + " but other objects, such as " + key
                                        + "; choose an empty location, or open this one read-only to restore from it");
                    });
        }
    }
}
