package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.Publication;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the published backups of a repository. A damaged one is shown as damaged and hides no other. */
final class Catalog {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    private final BackupFolders folders;
    private final ControlObjects objects;
    private final Protection protection;
    private final ManifestCodec codec;
    private final Optional<Identity> identity;
    private final Optional<String> repositoryId;

    Catalog(Destination destination, Protection protection, Optional<Identity> identity) {
        this.folders = new BackupFolders(destination);
        this.objects = new ControlObjects(destination);
        this.protection = protection;
        this.codec = protection.codec();
        this.identity = identity;
        this.repositoryId = identity.map(Identity::repositoryId).or(protection::repositoryId);
    }

    List<BackupEntry> list() {
        return read(folders::forEach);
    }

    List<BackupEntry> listFrom(BackupId least) {
        return read(consumer -> folders.forEachFrom(least, consumer));
    }

    private List<BackupEntry> read(Consumer<Consumer<BackupFolder>> listing) {
        List<BackupEntry> entries = new ArrayList<>();
        try (ParallelReads<BackupFolder, Optional<BackupEntry>> reads =
                new ParallelReads<>(this::read, entry -> entry.ifPresent(entries::add))) {
            listing.accept(reads::ask);
            reads.finish();
        }
        return List.copyOf(entries);
    }

    Optional<BackupEntry> find(BackupId id) {
        return folders.find(id).flatMap(this::read);
    }

    private Optional<BackupEntry> read(BackupFolder folder) {
        if (!folder.has(Layout.MANIFEST)) {
            return Optional.empty();
        }
        String key = Layout.manifest(folder.id());
        Optional<byte[]> bytes = objects.read(key);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        Publication publication;
        try {
            publication = codec.decodePublication(bytes.get(), key);
        } catch (BackupException e) {
            if (!ControlObjects.saysDamaged(e)) {
                throw e;
            }
            return Optional.of(entry(folder, null, new Damage(e.code(), e.getMessage())));
        }
        return publication instanceof Manifest manifest
                ? Optional.of(entry(folder, manifest, damageOf(folder, manifest).orElse(null)))
                : misplaced(folder, publication).map(damage -> entry(folder, null, damage));
    }

    private BackupEntry entry(
            BackupFolder folder,
            @org.jspecify.annotations.Nullable Manifest manifest,
            @org.jspecify.annotations.Nullable Damage damage) {
        Verification verification = newestVerification(folder).orElse(null);
        Damage known = damage == null && verification != null ? verification.damageOrNull() : damage;
        State state = folder.has(Layout.DELETING) ? State.DELETING : known != null ? State.DAMAGED : State.AVAILABLE;
        return new BackupEntry(folder.id(), state, manifest, known, folder.pinOwners(), verification);
    }

    private Optional<Damage> damageOf(BackupFolder folder, Manifest manifest) {
        return misplaced(folder, manifest)
                .or(() -> foreign(manifest))
                .or(() -> protection.refusal(folder, manifest))
                .or(() -> incomplete(folder, Layout.PAYLOAD, manifest.payload().size()))
                .or(() -> incomplete(
                        folder,
                        Layout.PAYLOAD_IDS,
                        manifest.payloadIds().stored().size()));
    }

    private Optional<Damage> misplaced(BackupFolder folder, Publication publication) {
        if (!publication.backupId().equals(folder.id())) {
            return Optional.of(new Damage(
                    ErrorCode.MANIFEST_INVALID,
                    Layout.manifest(folder.id()) + ": field backup_id: expected " + folder.id() + ", found "
                            + publication.backupId()));
        }
        if (repositoryId.isPresent() && !publication.repositoryId().equals(repositoryId.get())) {
            return Optional.of(new Damage(
                    ErrorCode.STORE_MISMATCH,
                    Layout.manifest(folder.id()) + ": field repository_id: expected " + repositoryId.get() + ", found "
                            + publication.repositoryId()));
        }
        return Optional.empty();
    }

    private Optional<Damage> foreign(Manifest manifest) {
        if (identity.isEmpty() || identity.get().accepts(manifest.store())) {
            return Optional.empty();
        }
        return Optional.of(new Damage(
                ErrorCode.STORE_MISMATCH,
                Layout.manifest(manifest.backupId()) + ": expected a store of this repository's lineage, found "
                        + manifest.store()));
    }

    private static Optional<Damage> incomplete(BackupFolder folder, String name, long size) {
        OptionalLong found =
                folder.get(name).map(ObjectInfo::size).map(OptionalLong::of).orElse(OptionalLong.empty());
        if (found.isPresent() && found.getAsLong() == size) {
            return Optional.empty();
        }
        return Optional.of(new Damage(
                ErrorCode.BACKUP_INCOMPLETE,
                Layout.folder(folder.id()) + name + ": expected " + size + " bytes, found "
                        + (found.isPresent() ? found.getAsLong() + "" : "no such object")));
    }

    private Optional<Verification> newestVerification(BackupFolder folder) {
        List<String> names = folder.below(Layout.VERIFICATIONS);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String key = Layout.folder(folder.id()) + names.get(names.size() - 1);
        try {
            return objects.read(key)
                    .map(bytes -> codec.decodeVerification(bytes, key))
                    .filter(verification -> verification.backupId().equals(folder.id()));
        } catch (BackupException e) {
            if (!ControlObjects.saysDamaged(e)) {
                throw e;
            }
            LOG.warn(
                    "event=verification_unreadable key={} code={} reason=\"{}\"",
                    key,
                    e.code().wireValue(),
                    e.getMessage());
            return Optional.empty();
        }
    }
}
