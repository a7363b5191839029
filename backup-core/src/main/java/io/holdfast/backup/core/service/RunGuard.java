package io.holdfast.backup.core.service;

import java.util.Optional;

/** Lets one process at a time run a repository's scheduled and demanded backups. Safe for use by several threads. */
public interface RunGuard {
    /** Lets everybody run: for repositories that only this process writes to. */
    RunGuard NONE = repository -> Optional.of(new Lease() {
        @Override
        public void extend() {}

        @Override
        public void close() {}
    });

    /**
     * Takes the lock of a repository, if it is free.
     *
     * @param repository the repository's name, the same in every process
     * @return the lock, which the caller closes; empty if somebody else has it
     */
    Optional<Lease> tryAcquire(String repository);

    /** A lock that lapses unless it is extended. */
    interface Lease extends AutoCloseable {
        /** Keeps the lock for some more minutes; called about every 20 seconds. Failures are logged by the caller. */
        void extend();

        /** Gives the lock back. Throws nothing that changes what was done under it. */
        @Override
        void close();
    }
}
