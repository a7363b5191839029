package io.holdfast.backup.core.restore;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.codec.CountingDigest;
import io.holdfast.backup.core.codec.ReadAhead;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.StoredObject;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.Verification.Damage;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupReader;
import io.holdfast.backup.core.repository.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Verifies backups and keeps the results with them. Safe for use by several threads. */
public final class Verifier {
    private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Set<ErrorCode> DAMAGE =
            Set.of(ErrorCode.INTEGRITY_MISMATCH, ErrorCode.BACKUP_INCOMPLETE, ErrorCode.DECRYPTION_FAILED);

    private final Repository repository;

    /**
     * Creates a verifier.
     *
     * @param repository where the backups are
     */
    public Verifier(Repository repository) {
        this.repository = repository;
    }

    /**
     * Verifies a backup. The result is kept with the backup and shown in listings, unless the repository is read-only. A sound
     * result does not take the place of one at a closer level.
     *
     * @param backup its id
     * @param level how closely
     * @return the result; damage is a result, not an exception
     * @throws BackupException with {@link ErrorCode#BACKUP_NOT_FOUND} if there is no such backup, or it was deleted meanwhile; with a
     *     code of the destination if it fails, or {@link ErrorCode#ENCRYPTION_KEY_UNAVAILABLE} if this host has no key for it, which says nothing about
     *     the backup
     * @throws IllegalArgumentException if the level is {@link VerifyLevel#RESTORED}, which only a drill can reach
     */
    public Verification verify(BackupId backup, VerifyLevel level) {
        if (level == VerifyLevel.RESTORED) {
            throw new IllegalArgumentException(
                    "Expected a level that reading can reach, found RESTORED; see RestoreDrill");
        }
        Instant began = repository.clock().now();
        BackupEntry entry = repository.get(backup);
        CountingReads reads = new CountingReads();
        Optional<Damage> damage =
                knownDamage(entry).or(() -> entry.manifest().flatMap(manifest -> check(manifest, level, reads)));
        // What is deleted meanwhile loses its manifest first, and its data then: that is no damage.
        BackupEntry now = damage.isPresent() ? repository.get(backup) : entry;
        Instant ended = repository.clock().now();
        Verification verification = new Verification(
                now.manifest().map(Manifest::repositoryId).or(repository::id).orElse("00000000000000000000000000"),
                backup,
                level,
                ended.truncatedTo(ChronoUnit.MILLIS),
                reads.bytes,
                Duration.between(began, ended),
                null,
                damage.orElse(null));
        if (!verification.sound() || !knowsMore(now, level)) {
            repository.keep(verification);
        }
        LOG.info(
                "event=verified repository={} backup={} level={} sound={} bytes={}",
                repository.name(),
                backup,
                level,
                verification.sound(),
                verification.bytes());
        return verification;
    }

    /** A glance that finds nothing must not take the place of what a closer look has found. */
    private static boolean knowsMore(BackupEntry entry, VerifyLevel level) {
        return entry.verification()
                .filter(earlier -> earlier.level().compareTo(level) > 0)
                .isPresent();
    }

    /** Damage that the listing shows, unless it is only what an earlier verification said. */
    private static Optional<Damage> knownDamage(BackupEntry entry) {
        return entry.damage()
                .filter(damage -> entry.verification()
                        .flatMap(Verification::damage)
                        .filter(damage::equals)
                        .isEmpty());
    }

    private Optional<Damage> check(Manifest manifest, VerifyLevel level, CountingReads reads) {
        return switch (level) {
            case PRESENT -> Optional.empty();
            case DIGEST -> damageFoundBy(manifest, () -> digest(manifest, reads));
            case DECODED, RESTORED -> decode(manifest, reads);
        };
    }

    private interface Step {
        void run() throws IOException;
    }

    private static Optional<Damage> damageFoundBy(Manifest manifest, Step step) {
        try {
            step.run();
            return Optional.empty();
        } catch (BackupException e) {
            if (e.code() == ErrorCode.DESTINATION_OBJECT_MISSING) {
                return Optional.of(new Damage(ErrorCode.BACKUP_INCOMPLETE, e.getMessage()));
            }
            if (!DAMAGE.contains(e.code())) {
                throw e;
            }
            return Optional.of(new Damage(e.code(), e.getMessage()));
        } catch (IOException e) {
            throw new BackupException(
                    ErrorCode.classify(e), "Backup " + manifest.backupId() + " could not be read: " + e, e);
        }
    }

    private void digest(Manifest manifest, CountingReads reads) throws IOException {
        try (InputStream stored = repository.reader(manifest).storedPayload();
                InputStream payload = new ReadAhead(stored)) {
            requireDigest("payload", manifest.payload(), payload, reads);
        }
        try (InputStream stored = repository.reader(manifest).storedPayloadIds();
                InputStream ids = new ReadAhead(stored)) {
            requireDigest("payload ids", manifest.payloadIds().stored(), ids, reads);
        }
    }

    private static void requireDigest(String what, StoredObject expected, InputStream stored, CountingReads reads)
            throws IOException {
        CountingDigest digest = new CountingDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        int n;
        while ((n = stored.read(buffer)) >= 0) {
            digest.update(buffer, 0, n);
            reads.bytes += n;
        }
        StoredObject found = digest.finish();
        if (!found.equals(expected)) {
            throw new BackupException(
                    ErrorCode.INTEGRITY_MISMATCH,
                    "Stored bytes of the " + what + ": expected " + expected + ", found " + found);
        }
    }

    private Optional<Damage> decode(Manifest manifest, CountingReads reads) {
        BackupReader reader = repository.reader(manifest);
        InputStream payload;
        try {
            payload = reader.payload();
        } catch (BackupException e) {
            // Any other failure says that this host has the wrong key, or none: no fault of the backup.
            if (e.code() == ErrorCode.BACKUP_INCOMPLETE || e.code() == ErrorCode.DESTINATION_OBJECT_MISSING) {
                return Optional.of(new Damage(ErrorCode.BACKUP_INCOMPLETE, e.getMessage()));
            }
            throw e;
        }
        return damageFoundBy(manifest, () -> {
            try (payload) {
                byte[] buffer = new byte[BUFFER_BYTES];
                int n = 0;
                while (n >= 0) {
                    n = payload.read(buffer);
                }
            }
            reads.bytes += manifest.payload().size();
            reader.payloadIds(id -> {});
            reads.bytes += manifest.payloadIds().stored().size();
        });
    }

    /** How many stored bytes a verification has read. */
    private static final class CountingReads {
        private long bytes;
    }
}
