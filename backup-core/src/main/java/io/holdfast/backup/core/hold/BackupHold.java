package io.holdfast.backup.core.hold;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.repository.Repository;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells a garbage collector which payload ids some backup still needs. Safe for use by several threads.
 *
 * <p>The order is part of the contract, and another one loses payloads (G4):
 *
 * <ol>
 *   <li>{@link #begin};
 *   <li>list the blocks that there are;
 *   <li>find out which of them the live store refers to;
 *   <li>{@link HoldSession#sortedIds}, to the end;
 *   <li>{@link HoldSession#check} before each batch of deletions.
 * </ol>
 *
 * <p>Whatever cannot be told with certainty is {@link ErrorCode#HOLD_UNAVAILABLE} (G1): then nothing may be deleted, and the
 * collector begins again later. A backup in flight holds everything (G2). The store itself must not, without telling the
 * collector, begin to refer again to a block that it had dropped.
 */
public final class BackupHold {
    private final Path temporary;
    private final Map<String, Repository> repositories = new TreeMap<>();
    private final Map<String, String> unknown = new TreeMap<>();
    private final AtomicLong swaps = new AtomicLong();

    /**
     * Creates a hold without repositories, which holds nothing yet.
     *
     * @param temporary where a merge of many lists may put files, which it removes; made when it is not there
     */
    public BackupHold(Path temporary) {
        this.temporary = temporary;
    }

    /**
     * Has the backups of a repository held, in the place of a repository of the same name.
     *
     * @param repository the repository, which the caller leaves open until {@link #release}
     */
    public synchronized void hold(Repository repository) {
        unknown.remove(repository.name());
        repositories.put(repository.name(), repository);
    }

    /**
     * Holds everything until a repository is there: it is known to exist, and its backups cannot be read.
     *
     * @param name the repository's name
     * @param reason why not, in words for an operator
     */
    public synchronized void holdEverything(String name, String reason) {
        repositories.remove(name);
        unknown.put(name, reason);
    }

    /**
     * Releases the hold of a repository: its backups are given up. Does nothing when there is none.
     *
     * @param name the repository's name
     */
    public synchronized void release(String name) {
        repositories.remove(name);
        unknown.remove(name);
    }

    /** Tells that a restore has put another store in the place of the live one: collections that have begun must stop. */
    public void storeSwapped() {
        swaps.incrementAndGet();
    }

    /** Begins a collection. Asks nobody. */
    public HoldSession begin() {
        return new HoldSession(this, swaps.get());
    }

    Path temporary() {
        return temporary;
    }

    long swaps() {
        return swaps.get();
    }

    /** All repositories; fails if one of them is known but not there. */
    synchronized Collection<Repository> repositories() {
        if (!unknown.isEmpty()) {
            throw new BackupException(
                    ErrorCode.HOLD_UNAVAILABLE,
                    "The backups of these repositories cannot be read, so they may need any block: " + unknown
                            + "; make them readable, or release their hold");
        }
        return List.copyOf(repositories.values());
    }
}
