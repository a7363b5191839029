package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.Intent;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Pin;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationInfo;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
public final class Repository implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);

    private final Destination destination;
    private final Protection protection;
    private final ManifestCodec codec;
    private final @Nullable RepositoryConfig config;
    private final Optional<Identity> identity;
    private final String readOnlyReason;
    private final BackupIdGenerator ids;
    private final RunLock runLock;

    private Repository(
            Destination destination, Opening.Opened opened, @Nullable RepositoryConfig config, String readOnlyReason) {
        this.destination = destination;
        this.protection = opened.protection();
        this.codec = protection.codec();
        this.config = config;
        this.identity = opened.identity();
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
        Optional<String> readOnly = Opening.reasonForReadingOnly(destination, config);
        readOnly.ifPresent(
                reason -> LOG.warn("event=repository_read_only name={} reason=\"{}\"", config.name(), reason));
        Opening opening = new Opening(destination, config.encryption());
        Opening.Opened opened = readOnly.isPresent() ? opening.readIfReadable() : opening.forWriting(config);
        return new Repository(destination, opened, config, readOnly.orElse(""));
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
        new Opening(destination, config.encryption()).adopt(config);
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
        return openReadOnly(destination, Optional.empty());
    }

    /**
     * The same for an encrypted repository. What is there and is not encrypted, or not with trusted keys, is refused.
     *
     * @param destination where the backups are
     * @param encryption which keys there are
     * @return the repository
     * @throws BackupException with {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE}, {@link ErrorCode#ENCRYPTION_KEY_INVALID} or
     *     {@link ErrorCode#DECRYPTION_FAILED} if the repository key cannot be had, is malformed, or is another one;
     *     {@link ErrorCode#STORE_MISMATCH} if it is another repository than the configured one
     */
    public static Repository openReadOnly(Destination destination, EncryptionConfig encryption) {
        return openReadOnly(destination, Optional.of(encryption));
    }

    private static Repository openReadOnly(Destination destination, Optional<EncryptionConfig> encryption) {
        return new Repository(
                destination,
                new Opening(destination, encryption).readIfReadable(),
                null,
                "it was opened for reading only");
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

    /**
     * Returns the id of the repository key; empty without encryption. Keep it with the private keys, as
     * {@link EncryptionConfig.Builder#repositoryKeyId} wants it.
     */
    public Optional<String> keyId() {
        return protection.keyId();
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
     * Returns the published backups whose ids are of an instant or later, oldest first.
     *
     * @param instant the instant
     * @return the backups; a damaged one is shown as damaged
     */
    public List<BackupEntry> listSince(Instant instant) {
        return catalog().listFrom(new BackupIdGenerator(() -> instant, () -> 0).floor());
    }

    /** Returns which attempts are in flight, and which backups are not. One listing; nothing is read. */
    public Survey survey() {
        Set<BackupId> inFlight = new HashSet<>();
        Set<BackupId> ended = new HashSet<>();
        new BackupFolders(destination).forEach(folder -> (folder.inFlight() ? inFlight : ended).add(folder.id()));
        return new Survey(inFlight, ended);
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
        return new Catalog(destination, protection, identity);
    }

    /**
     * Returns what reads a backup's data objects.
     *
     * @param manifest the backup
     * @return the reader, to be used before this is closed
     */
    public BackupReader reader(Manifest manifest) {
        return new BackupReader(destination, protection, manifest, DownloadWatch.none());
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
        // A key that cannot be wrapped leaves nothing behind.
        BackupEncoding encoding = protection.newBackup(writing, current.repositoryId(), intent.backupId());
        Attempt attempt = new Attempt(destination, protection, encoding, intent);
        attempt.begin(names());
        return attempt;
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
        Pins.requireValid(owner, reason);
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
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if the backup was deleted meanwhile
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

    /** Zeroes the repository's keys, after which it cannot be used. A plain repository has none and needs no closing. */
    @Override
    public void close() {
        protection.close();
    }

    /** Where everything lies. */
    Destination storage() {
        return destination;
    }

    Protection protection() {
        return protection;
    }

    /** Names for new objects, each greater than the one before. */
    Supplier<BackupId> names() {
        return () -> ids.next(Optional.empty());
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

    RepositoryConfig writable() {
        if (!readOnlyReason.isEmpty() || config == null) {
            throw new BackupException(
                    ErrorCode.DESTINATION_PERMISSION_DENIED,
                    "The repository in " + destination.info().location() + " cannot be written: " + readOnlyReason);
        }
        return config;
    }
}
