package io.holdfast.backup.core.restore.directory;

import io.holdfast.backup.Backupable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens an engine in a directory. */
@FunctionalInterface
public interface StoreOpener {
    /**
     * Opens an engine in an empty directory, which exists.
     *
     * @param directory where its files go
     * @return the engine, which the caller closes
     * @throws IOException if it cannot be opened
     */
    Opened open(Path directory) throws IOException;

    /** An open engine. */
    interface Opened extends AutoCloseable {
        /** Returns the engine's store. */
        Backupable store();

        /**
         * Looks into the store after a drill; see {@link io.holdfast.backup.StagedStore#probe}.
         *
         * @return what was checked; empty, as by default, if nothing was
         * @throws io.holdfast.backup.RestoreCorruptException if the store is not as it should be
         * @throws IOException if that cannot be told now
         */
        default Optional<String> probe() throws IOException {
            return Optional.empty();
        }

        /**
         * Closes the engine, with all its data on its files.
         *
         * @throws IOException if that cannot be said
         */
        @Override
        void close() throws IOException;
    }
}
