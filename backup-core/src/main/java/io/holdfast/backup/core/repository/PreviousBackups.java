package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupIdGenerator;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.PreviousBackup;
import io.holdfast.backup.destination.Destination;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the newest published backup before a given one. Listings only go forward, so it looks back in ever longer steps
 * instead of reading the whole repository.
 */
final class PreviousBackups {
    private static final Logger LOG = LoggerFactory.getLogger(PreviousBackups.class);
    private static final List<Duration> STEPS = List.of(Duration.ofHours(2), Duration.ofDays(2), Duration.ofDays(40));

    private final BackupFolders folders;
    private final ControlObjects objects;
    private final ManifestCodec codec;

    PreviousBackups(Destination destination, ManifestCodec codec) {
        this.folders = new BackupFolders(destination);
        this.objects = new ControlObjects(destination);
        this.codec = codec;
    }

    Optional<PreviousBackup> before(BackupId id) {
        for (Duration step : STEPS) {
            Optional<PreviousBackup> found = newestBetween(least(id.time().minus(step)), id);
            if (found.isPresent()) {
                return found;
            }
        }
        return newestBetween(least(Instant.EPOCH), id);
    }

    private Optional<PreviousBackup> newestBetween(BackupId from, BackupId before) {
        List<BackupId> candidates = new ArrayList<>();
        folders.forEachFrom(from, folder -> {
            if (folder.has(Layout.MANIFEST) && folder.id().compareTo(before) < 0) {
                candidates.add(folder.id());
            }
        });
        Collections.reverse(candidates);
        return candidates.stream().map(this::read).flatMap(Optional::stream).findFirst();
    }

    private Optional<PreviousBackup> read(BackupId id) {
        Optional<byte[]> bytes = objects.read(Layout.manifest(id));
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return codec.decodePublication(bytes.get(), Layout.manifest(id)) instanceof Manifest
                    ? Optional.of(new PreviousBackup(id, sha256(bytes.get())))
                    : Optional.empty();
        } catch (BackupException e) {
            LOG.warn(
                    "event=manifest_unreadable backup={} code={} reason=\"{}\"",
                    id,
                    e.code().wireValue(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static BackupId least(Instant time) {
        return new BackupIdGenerator(() -> time, () -> 0).floor();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
