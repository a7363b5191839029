package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.Backupable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** Opens a store in a schema. */
@FunctionalInterface
public interface SchemaStore {
    /**
     * Makes the store's tables in a schema that exists and is empty, and opens the store there.
     *
     * @param schema the schema's name: lower-case letters, digits and underscores, which need no quotes
     * @return the store, which holds no connection and needs no closing
     * @throws SQLException if the tables cannot be made
     */
    Backupable create(String schema) throws SQLException;

    /**
     * Looks into a staged store after a drill; see {@link io.holdfast.backup.StagedStore#probe}.
     *
     * @param schema the schema's name
     * @return what was checked; empty, as by default, if nothing was
     * @throws io.holdfast.backup.RestoreCorruptException if the store is not as it should be
     * @throws IOException if that cannot be told now
     */
    default Optional<String> probe(String schema) throws IOException {
        return Optional.empty();
    }
}
