package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Intent;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Pin;
import io.holdfast.backup.core.manifest.Seal;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of one store's lineage at one destination.
 *
 * <p>Safe for use by several threads. It does not own its destination: the caller closes that, after the last use of the
 * repository. Every method that asks the destination throws its {@link io.holdfast.backup.destination.DestinationException}s;
 * what is unreadable or unreachable is never taken for absent.
 */
public final class Repository {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);

    private final Destination destination;
    private final ManifestCodec codec;
    private final @Nullable RepositoryConfig config;
    private final Optional<Identity> identity;
    private final String readOnlyReason;
    private final BackupIdGenerator ids;
    private final RunLock runLock;

    private Repository(
            Destination destination,
            ManifestCodec codec,
            @Nullable RepositoryConfig config,
            Optional<Identity> identity,
            String readOnlyReason) {
        this.destination = destination;
        this.codec = codec;
        this.config = config;
        this.identity = identity;
        this.readOnlyReason = readOnlyReason;
        this.ids = config == null
                ? new BackupIdGenerator(Clock.system(), () -> 0)
                : new BackupIdGenerator(config.clock(), config.random());
        this.runLock = new RunLock(config == null ? destination.info().location() : config.name());
    }

    /**
     * Opens the repository of a store, and makes it where nothing is. A destination that cannot commit exclusively is opened
     * read-only, unless the configuration vouches for a single writer.
     *
     * @param destination where the repository is
     * @param config how it is used
     * @return the repository
     * @throws BackupException with {@link ErrorCode#DESTINATION_PATH_CONFLICT} if another store's repository or foreign objects
     *     are there; {@link ErrorCode#MANIFEST_INVALID}, {@link ErrorCode#MANIFEST_TAMPERED} or
     *     {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if the repository's description cannot be read
     */
    public static Repository open(Destination destination, RepositoryConfig config) {
        if (!config.singleWriter() && !commitsExclusively(destination.info())) {
            String reason =
                    destination.info().location() + " cannot commit exclusively and nobody vouches for a single writer";
            LOG.warn("event=repository_read_only name={} reason=\"{}\"", config.name(), reason);
            return new Repository(
                    destination,
                    checksums(),
                    config,
                    new Identities(destination, checksums()).readIfReadable(),
                    reason);
        }
        Identities identities = new Identities(destination, checksums());
        Identity identity = identities.readOrCreate(
                config.store(),
                new BackupIdGenerator(config.clock(), config.random()),
                config.clock().now());
        identities.requireSameKind(identity, config.store());
        identities.requireCurrent(identity, config.store());
        return new Repository(destination, checksums(), config, Optional.of(identity), "");
    }

    /**
     * Opens an existing repository for a store with a new id, which takes over: on a new machine after a total loss. The store
     * that wrote before is refused from now on.
     *
     * @param destination where the repository is
     * @param config how it is used; its store's kind must be the repository's
     * @return the repository
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is no repository;
     *     {@link ErrorCode#DESTINATION_PATH_CONFLICT} if it is of another kind of store or is adopted by two at the same time;
     *     {@link ErrorCode#MANIFEST_INVALID}, {@link ErrorCode#MANIFEST_TAMPERED} or
     *     {@link ErrorCode#MANIFEST_VERSION_UNSUPPORTED} if its description cannot be read
     */
    public static Repository adoptStore(Destination destination, RepositoryConfig config) {
        Identities identities = new Identities(destination, checksums());
        Identity identity = identities
                .read()
                .orElseThrow(() -> new BackupException(
                        ErrorCode.BACKUP_NOT_FOUND,
                        "Expected a repository to adopt in "
                                + destination.info().location() + ", found none"));
        identities.requireSameKind(identity, config.store());
        if (!identity.currentStoreId().equals(config.store().id())) {
            identities.adopt(identity, config.store().id(), config.clock().now());
            LOG.info(
                    "event=store_adopted name={} store={}",
                    config.name(),
                    config.store().id());
        }
        return open(destination, config);
    }

    /**
     * Opens whatever backups are at a destination for listing, verifying and restoring. Writes nothing, then or later. A
     * description of the repository that is missing or damaged is no obstacle.
     *
     * @param destination where the backups are
     * @return the repository
     */
    public static Repository openReadOnly(Destination destination) {
        return new Repository(
                destination,
                checksums(),
                null,
                new Identities(destination, checksums()).readIfReadable(),
                "it was opened for reading only");
    }

    private static ManifestCodec checksums() {
        return new ManifestCodec(Seal.checksum());
    }

    private static boolean commitsExclusively(DestinationInfo info) {
        return info.capabilities().contains(Capability.EXCLUSIVE_COMMIT)
                || info.capabilities().contains(Capability.EXCLUSIVE_SMALL_COMMIT);
    }

    /** Returns the name of the repository in jobs and log lines. */
    public String name() {
        return config == null ? destination.info().location() : config.name();
    }

    /** Returns where the repository is. */
    public DestinationInfo destination() {
        return destination.info();
    }

    /** Returns the id of the repository and its lineage; empty if the description is missing or damaged. */
    public Optional<String> id() {
        return identity.map(Identity::repositoryId);
    }

    /** Returns why nothing can be written here; empty if it can. */
    public Optional<String> readOnlyReason() {
        return readOnlyReason.isEmpty() ? Optional.empty() : Optional.of(readOnlyReason);
    }

    /** Returns the lock of this repository's runs in this process. */
    public RunLock runLock() {
        return runLock;
    }

    /** Returns the published backups, oldest first. A damaged one is shown as damaged. */
    public List<BackupEntry> list() {
        return catalog().list();
    }

    /**
     * Returns a published backup.
     *
     * @param backup its id
     * @return the backup, damaged or not
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is none
     */
    public BackupEntry get(BackupId backup) {
        return catalog().find(backup).orElseThrow(() -> Deleter.notFound(backup));
    }

    private Catalog catalog() {
        return new Catalog(destination, codec, identity);
    }

    /**
     * Opens the stored bytes of a backup's payload.
     *
     * @param manifest the backup
     * @return the bytes, which the caller closes
     */
    public InputStream openPayload(Manifest manifest) {
        return destination.open(Layout.payload(manifest.backupId()), 0);
    }

    /**
     * Opens the stored bytes of a backup's payload ids.
     *
     * @param manifest the backup
     * @return the bytes, which the caller closes
     */
    public InputStream openPayloadIds(Manifest manifest) {
        return destination.open(Layout.payloadIds(manifest.backupId()), 0);
    }

    /** Returns the codec of new backups. */
    public ObjectCodec codec() {
        return ObjectCodec.zstd(writable().compressionLevel());
    }

    /** Returns the store whose backups are written here. */
    public StoreIdentity store() {
        return writable().store();
    }

    /** Returns an id for a backup that is about to begin, without asking the destination. */
    public BackupId newId() {
        writable();
        return ids.next(Optional.empty());
    }

    /**
     * Begins a backup: writes its intent.
     *
     * @param kind why it is made
     * @param candidate the id that it gets, unless the repository has a greater one already, whose successor it gets then
     * @param jobId the job that makes it
     * @param scheduledForOrNull the instant of the schedule that it is made for, if any
     * @return the attempt, which the caller publishes or discards
     * @throws BackupException with {@link ErrorCode#DESTINATION_PATH_CONFLICT} if another store has adopted the repository
     */
    public Attempt begin(BackupKind kind, BackupId candidate, String jobId, @Nullable Instant scheduledForOrNull) {
        RepositoryConfig writing = writable();
        Identities identities = new Identities(destination, codec);
        Identity current = identities
                .read()
                .orElseThrow(() -> new BackupException(
                        ErrorCode.DESTINATION_PATH_CONFLICT,
                        "Expected the repository in " + destination.info().location() + ", found no "
                                + Layout.REPOSITORY + "; somebody removed it"));
        identities.requireCurrent(current, writing.store());
        Intent intent = new Intent(
                current.repositoryId(),
                greaterThanAll(candidate),
                kind,
                writing.store().id(),
                jobId,
                writing.owner(),
                writing.clock().now(),
                scheduledForOrNull);
        if (!new ControlObjects(destination).commit(Layout.intent(intent.backupId()), codec.encode(intent))) {
            throw new BackupException(
                    ErrorCode.INTERNAL,
                    "Backup id " + intent.backupId() + " was given out twice; check the random generator");
        }
        return new Attempt(destination, codec, intent);
    }

    private BackupId greaterThanAll(BackupId candidate) {
        Optional<BackupId> greatest = new BackupFolders(destination).greatestFrom(candidate);
        return greatest.isEmpty() ? candidate : ids.next(greatest);
    }

    /**
     * Ends an attempt of this process or of one that is known to be dead, without waiting for the grace period: marks it void,
     * then removes what it wrote. Does nothing if it is published, or if there is none.
     *
     * @param backup the attempt's backup
     * @param reason why, in words for an operator
     */
    public void discardAttempt(BackupId backup, String reason) {
        RepositoryConfig writing = writable();
        Optional<BackupFolder> folder =
                new BackupFolders(destination).find(backup).filter(BackupFolder::inFlight);
        if (folder.isPresent()
                && deleter().voidAttempt(backup, reason, writing.clock().now())) {
            deleter().removeAllBut(folder.get(), Layout.MANIFEST);
        }
    }

    /**
     * Deletes a backup, damaged or not.
     *
     * @param backup its id
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is none; {@link ErrorCode#DESTINATION_OBJECT_LOCKED}
     *     if it is pinned. If the deletion had begun before the pin was seen, it is finished by a sweep after the last pin is
     *     released
     */
    public void delete(BackupId backup) {
        RepositoryConfig writing = writable();
        BackupFolder folder = new BackupFolders(destination)
                .find(backup)
                .filter(found -> catalog().find(backup).isPresent())
                .orElseThrow(() -> Deleter.notFound(backup));
        deleter().delete(folder, writing.clock().now(), destinationNow());
        LOG.info("event=backup_deleted repository={} backup={}", name(), backup);
    }

    /**
     * Keeps a backup from being deleted until {@link #unpin}. Pinning it twice as the same owner does nothing more;
     * whoever may pin at the same time as somebody else needs an owner name of its own.
     *
     * @param backup its id
     * @param owner who pins it: 1 to 100 characters of {@code [A-Za-z0-9._-]}, no dots alone
     * @param reason why, up to 1,024 characters
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is none;
     *     {@link ErrorCode#DESTINATION_OBJECT_LOCKED} if its deletion has begun
     * @throws IllegalArgumentException if the owner or the reason is out of bounds
     */
    public void pin(BackupId backup, String owner, String reason) {
        RepositoryConfig writing = writable();
        if (!owner.matches("[A-Za-z0-9._-]{1,100}") || owner.matches("[.]+")) {
            throw new IllegalArgumentException(
                    "Expected an owner of 1 to 100 characters of [A-Za-z0-9._-], found \"" + owner + "\"");
        }
        if (reason.length() > 1024) {
            throw new IllegalArgumentException("Expected a reason of up to 1024 characters, found " + reason.length());
        }
        get(backup);
        new Pins(destination, codec)
                .pin(new Pin(
                        repositoryId(), backup, owner, reason, writing.clock().now()));
    }

    /**
     * Releases a pin; does nothing when there is none.
     *
     * @param backup the backup's id
     * @param owner who pinned it
     */
    public void unpin(BackupId backup, String owner) {
        writable();
        new Pins(destination, codec).unpin(backup, owner);
    }

    /**
     * Keeps the result of a verification with its backup, in the place of older ones. Does nothing when the repository is
     * read-only.
     *
     * @param verification the result
     */
    public void keep(Verification verification) {
        if (!readOnlyReason.isEmpty()) {
            return;
        }
        new Verifications(destination, codec, ids).keep(verification);
    }

    /**
     * Removes what dead attempts, interrupted deletions and old void markers have left. An attempt is dead when it gave no sign
     * of life for the grace period, by the destination's own time.
     *
     * @return what was done, and what could not be
     */
    public SweepReport sweep() {
        RepositoryConfig writing = writable();
        SweepReport report = new Sweeper(destination, codec, deleter(), writing, destinationNow()).sweep();
        LOG.info(
                "event=swept repository={} voided={} deleted={} objects={} uploads={} failures={}",
                name(),
                report.voided().size(),
                report.deleted().size(),
                report.removedObjects(),
                report.removedUploads(),
                report.failures().size());
        return report;
    }

    /** Returns the clock of this repository. */
    public Clock clock() {
        return config == null ? Clock.system() : config.clock();
    }

    private Deleter deleter() {
        return new Deleter(
                destination,
                codec,
                repositoryId(),
                writable().owner(),
                writable().grace());
    }

    private Instant destinationNow() {
        return new DestinationTime(destination).now(ids.next(Optional.empty()));
    }

    private String repositoryId() {
        return identity.map(Identity::repositoryId).orElseThrow();
    }

    private RepositoryConfig writable() {
        if (!readOnlyReason.isEmpty() || config == null) {
            throw new BackupException(
                    ErrorCode.DESTINATION_PERMISSION_DENIED,
                    "The repository in " + destination.info().location() + " cannot be written: " + readOnlyReason);
        }
        return config;
    }
}
