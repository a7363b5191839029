package io.holdfast.backup.core.service;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.Clock;
import io.holdfast.backup.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * Shares schedules between processes through a lock provider of ShedLock, over whatever they run already: a database, Redis and
 * others. An application that uses this brings ShedLock itself.
 *
 * <p>A lock lapses five minutes after it was taken or extended, so that the next run of a crashed process's repository can begin.
 *
 * <p>Choose a provider that knows each process by a name of its own, also when a lock is given back. The plain
 * {@code JdbcLockProvider} extends the lock of any process of the same host, and gives back whatever lock there is: a process that
 * stands still for longer than its lock, just when it extends it or gives it back, frees the lock of the next one when it wakes
 * up. Then an extra backup may be made by a process that never stood still.
 */
public final class ShedLockGuard implements RunGuard {
    private static final Duration AT_MOST = Duration.ofMinutes(5);

    private final ExtensibleLockProvider provider;
    private final Clock clock;
    private final Duration atMost;

    private ShedLockGuard(ExtensibleLockProvider provider, Clock clock, Duration atMost) {
        this.provider = provider;
        this.clock = clock;
        this.atMost = atMost;
    }

    /**
     * Returns a guard over a lock provider.
     *
     * @param provider a provider whose locks can be extended; best one that uses its server's time
     * @param clock the clock of this process
     * @return the guard
     * @throws IllegalArgumentException if the provider's locks cannot be extended: backups may last longer than any fixed time
     */
    public static ShedLockGuard of(LockProvider provider, Clock clock) {
        return of(provider, clock, AT_MOST);
    }

    static ShedLockGuard of(LockProvider provider, Clock clock, Duration atMost) {
        if (!(provider instanceof ExtensibleLockProvider extensible)) {
            throw new IllegalArgumentException(
                    "Expected a lock provider of ShedLock whose locks can be extended (ExtensibleLockProvider), found "
                            + provider.getClass().getName());
        }
        return new ShedLockGuard(extensible, clock, atMost);
    }

    @Override
    public Optional<Lease> tryAcquire(String repository) {
        Instant now = clock.now();
        return provider.lock(new LockConfiguration(now, "holdfast-" + repository, atMost, Duration.ZERO))
                .map(lock -> new ShedLease(repository, lock, now.plus(atMost)));
    }

    private final class ShedLease implements Lease {
        private final String repository;
        private SimpleLock lock;
        private Instant heldUntil;
        private boolean ended;

        ShedLease(String repository, SimpleLock lock, Instant heldUntil) {
            this.repository = repository;
            this.lock = lock;
            this.heldUntil = heldUntil;
        }

        @Override
        public synchronized void extend() {
            if (ended) {
                return;
            }
            Instant now = clock.now();
            // Some providers tell holders apart by the host alone: one that lapsed must not be asked about again.
            Optional<SimpleLock> extended =
                    now.isBefore(heldUntil) ? lock.extend(atMost, Duration.ZERO) : Optional.empty();
            if (extended.isEmpty()) {
                ended = true;
                throw new BackupException(
                        ErrorCode.BACKUP_ALREADY_RUNNING,
                        "The lock of repository " + repository + " lapsed; another process may run a backup as well");
            }
            lock = extended.get();
            heldUntil = now.plus(atMost);
        }

        @Override
        public synchronized void close() {
            if (ended) {
                return;
            }
            ended = true;
            // A lock that lapsed may be somebody else's by now.
            if (clock.now().isBefore(heldUntil)) {
                lock.unlock();
            }
        }
    }
}
