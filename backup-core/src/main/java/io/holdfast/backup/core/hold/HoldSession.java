package io.holdfast.backup.core.hold;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.Survey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One collection's view of a {@link BackupHold}. Used by one thread. */
public final class HoldSession {
    private final BackupHold hold;
    private final long swapsAtBegin;
    private @Nullable Map<Repository, Set<BackupId>> known;
    private @Nullable HeldIds ids;

    HoldSession(BackupHold hold, long swapsAtBegin) {
        this.hold = hold;
        this.swapsAtBegin = swapsAtBegin;
    }

    /**
     * Returns every payload id that some backup needs, each once, in ascending order of their UTF-8 bytes. To be called after
     * the live set is known, once. Nothing may be deleted before the last id was read.
     *
     * @return the ids, which the caller closes; reading them fails as this does
     * @throws BackupException with {@link ErrorCode#HOLD_UNAVAILABLE} if a backup is in flight, or a repository, a manifest or
     *     a list of ids cannot be read
     * @throws IllegalStateException if it was called before
     */
    public HeldIds sortedIds() {
        if (ids != null) {
            throw new IllegalStateException("Expected one call of sortedIds in a session, found another");
        }
        return orUnavailable(() -> {
            Collection<Repository> repositories = hold.repositories();
            Map<Repository, Set<BackupId>> seen = new LinkedHashMap<>();
            List<HeldList> lists = new ArrayList<>();
            for (Repository repository : repositories) {
                // What is published after this listing is listed by the next, and what begins after it is for check().
                Set<BackupId> ended = new HashSet<>(requireNoneInFlight(repository));
                List<BackupEntry> backups = repository.list();
                backups.forEach(backup -> ended.add(backup.id()));
                seen.put(repository, ended);
                lists.addAll(listsOf(repository, backups));
            }
            known = seen;
            HeldIds merged = HeldIds.open(lists, hold.temporary());
            ids = merged;
            return merged;
        });
    }

    /** One list for each different set of ids. */
    private static Collection<HeldList> listsOf(Repository repository, List<BackupEntry> backups) {
        Map<String, HeldList> lists = new LinkedHashMap<>();
        for (BackupEntry backup : backups) {
            Manifest manifest = backup.manifest()
                    .filter(found -> found.backupId().equals(backup.id()))
                    .orElseThrow(() -> new BackupException(
                            ErrorCode.HOLD_UNAVAILABLE,
                            "The manifest of backup " + backup.id() + " in " + repository.name()
                                    + " cannot be read, so it may need any block: "
                                    + backup.damage()
                                            .map(damage -> damage.message())
                                            .orElse("")
                                    + "; repair it, or delete the backup"));
            if (manifest.payloadIds().count() > 0) {
                String digest =
                        manifest.encryption() + " " + manifest.payloadIds().plainDigest();
                lists.computeIfAbsent(digest, d -> new HeldList(repository)).add(manifest);
            }
        }
        return lists.values();
    }

    /**
     * Makes sure that the ids are still all that backups need. To be called before each batch of deletions.
     *
     * @throws BackupException with {@link ErrorCode#HOLD_UNAVAILABLE} if a backup has begun or was published since, a restore has
     *     put another store in place since {@link BackupHold#begin}, or it cannot be told
     * @throws IllegalStateException if {@link #sortedIds} were not read to the end
     */
    public void check() {
        Map<Repository, Set<BackupId>> seen = known;
        HeldIds read = ids;
        if (seen == null || read == null || !read.complete()) {
            throw new IllegalStateException(
                    "Expected a check after the last of the sorted ids was read, found one before");
        }
        orUnavailable(() -> {
            Collection<Repository> repositories = hold.repositories();
            if (!seen.keySet().containsAll(repositories)) {
                throw unavailable("a repository was added since the ids were read");
            }
            for (Repository repository : repositories) {
                Set<BackupId> unseen = new HashSet<>(requireNoneInFlight(repository));
                unseen.removeAll(seen.getOrDefault(repository, Set.of()));
                if (!unseen.isEmpty()) {
                    throw unavailable("backups " + unseen + " in " + repository.name()
                            + " were published since the ids were read");
                }
            }
            if (hold.swaps() != swapsAtBegin) {
                throw unavailable("a restore has put another store in place since the collection began");
            }
            return repositories;
        });
    }

    private static Set<BackupId> requireNoneInFlight(Repository repository) {
        Survey survey = repository.survey();
        if (!survey.inFlight().isEmpty()) {
            throw unavailable("backups " + survey.inFlight() + " in " + repository.name()
                    + " are in flight and may need any block; wait for their end, or sweep when they are dead");
        }
        return survey.ended();
    }

    static BackupException unavailable(String reason) {
        return new BackupException(ErrorCode.HOLD_UNAVAILABLE, "Nothing may be collected: " + reason);
    }

    /** Whatever fails, the answer is that nothing may be deleted. */
    static <T> T orUnavailable(Supplier<T> action) {
        try {
            return action.get();
        } catch (BackupAbortedException e) {
            throw e;
        } catch (BackupException e) {
            if (e.code() == ErrorCode.HOLD_UNAVAILABLE) {
                throw e;
            }
            throw unavailable(e);
        }
    }

    static BackupException unavailable(Exception cause) {
        return new BackupException(
                ErrorCode.HOLD_UNAVAILABLE,
                "Nothing may be collected: what backups need cannot be read: " + cause.getMessage(),
                cause);
    }
}
