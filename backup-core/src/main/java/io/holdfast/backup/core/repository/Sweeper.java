package io.holdfast.backup.core.repository;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.ManifestCodec;
import io.holdfast.backup.core.manifest.VoidMarker;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what dead attempts and interrupted deletions have left. Acts only on positive proof: what cannot be read is left
 * alone, and an attempt is removed only after a void marker has won its manifest's key. Used for one sweep.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Destination destination;
    private final ControlObjects objects;
    private final ManifestCodec codec;
    private final Deleter deleter;
    private final RepositoryConfig config;
    private final Clock clock;
    private final Instant destinationNow;

    private final List<BackupId> voided = new ArrayList<>();
    private final List<BackupId> deleted = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int removedObjects;
    private long storedBytes;

    Sweeper(
            Destination destination,
            ManifestCodec codec,
            Deleter deleter,
            RepositoryConfig config,
            Instant destinationNow) {
        this.destination = destination;
        this.objects = new ControlObjects(destination);
        this.codec = codec;
        this.deleter = deleter;
        this.config = config;
        this.clock = config.clock();
        this.destinationNow = destinationNow;
    }

    SweepReport sweep() {
        List<BackupFolder> candidates = new ArrayList<>();
        Instant[] idleSince = {destinationNow.minus(config.grace())};
        new BackupFolders(destination).forEach(folder -> {
            storedBytes += folder.objects().values().stream()
                    .mapToLong(ObjectInfo::size)
                    .sum();
            if (needsAttention(folder)) {
                candidates.add(folder);
            }
            if (folder.inFlight() && !silent(folder)) {
                // A living attempt may have an upload that looks idle: its beginning bounds what is taken for
                // abandoned.
                Instant begun =
                        folder.get(Layout.INTENT).map(ObjectInfo::lastModified).orElse(folder.youngest());
                idleSince[0] = begun.isBefore(idleSince[0]) ? begun : idleSince[0];
            }
        });
        for (BackupFolder folder : candidates) {
            guarded("backup " + folder.id(), () -> sweep(folder));
        }
        guarded("probes", this::sweepProbes);
        int[] uploads = {0};
        guarded("unfinished uploads", () -> uploads[0] = destination.discardAbandoned(idleSince[0]));
        return new SweepReport(voided, deleted, removedObjects, uploads[0], storedBytes, failures);
    }

    /**
     * Of a sound backup at rest nothing needs to be read. A void marker looks like one with no payload or, when its writer woke
     * up late, with no intent.
     */
    private static boolean needsAttention(BackupFolder folder) {
        return !folder.has(Layout.MANIFEST)
                || folder.has(Layout.DELETING)
                || !folder.below(Layout.ALIVE).isEmpty()
                || !folder.has(Layout.PAYLOAD)
                || !folder.has(Layout.INTENT);
    }

    private void sweep(BackupFolder folder) {
        if (folder.has(Layout.DELETING)) {
            if (silent(folder)) {
                deleter.finish(folder.id(), clock.now(), destinationNow);
                deleted.add(folder.id());
            }
        } else if (!folder.has(Layout.MANIFEST)) {
            if (silent(folder)
                    && deleter.voidAttempt(folder.id(), "no sign of life for " + config.grace(), clock.now())) {
                LOG.info("event=attempt_voided backup={}", folder.id());
                voided.add(folder.id());
                removedObjects += deleter.removeAllBut(folder, Layout.MANIFEST);
            }
        } else {
            sweepPublication(folder);
        }
    }

    private void sweepPublication(BackupFolder folder) {
        String key = Layout.manifest(folder.id());
        Optional<byte[]> bytes = objects.read(key);
        if (bytes.isEmpty()) {
            return;
        }
        if (!(codec.decodePublication(bytes.get(), key) instanceof VoidMarker)) {
            for (String name : folder.below(Layout.ALIVE)) {
                destination.delete(Layout.folder(folder.id()) + name);
                removedObjects++;
            }
            return;
        }
        removedObjects += deleter.removeAllBut(folder, Layout.MANIFEST);
        boolean alone = folder.objects().size() == 1;
        if (alone && age(folder.youngest()).compareTo(config.voidRetention()) > 0) {
            destination.delete(key);
            removedObjects++;
        }
    }

    private void sweepProbes() {
        try (Stream<ObjectInfo> probes = destination.list(Layout.PROBES, "")) {
            probes.filter(probe -> age(probe.lastModified()).compareTo(config.grace()) > 0)
                    .toList()
                    .forEach(probe -> {
                        destination.delete(probe.key());
                        removedObjects++;
                    });
        }
    }

    private boolean silent(BackupFolder folder) {
        return age(folder.youngest()).compareTo(config.grace()) > 0;
    }

    private Duration age(Instant lastModified) {
        return Duration.between(lastModified, destinationNow);
    }

    /** One failure must not keep the rest from being swept. */
    private void guarded(String what, Runnable step) {
        try {
            step.run();
        } catch (BackupException e) {
            LOG.warn(
                    "event=sweep_step_failed what=\"{}\" code={} reason=\"{}\"",
                    what,
                    e.code().wireValue(),
                    e.getMessage());
            failures.add(what + ": " + e.getMessage());
        }
    }
}
