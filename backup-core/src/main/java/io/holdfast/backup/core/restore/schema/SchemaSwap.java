package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.RestoreTarget;
import io.holdfast.backup.StagedStore;
import io.holdfast.backup.StoreIdentity;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a store that lives in a schema of a PostgreSQL database: a backup is restored into a schema beside the live one, and one
 * transaction renames both. It locks every table of the live schema first, for at most 30 seconds and 200 milliseconds at a time, so
 * that no statement finds one of its tables in each: those that have begun see the old schema, later ones the new one. A transaction
 * that uses the tables and does not end in this time refuses the swap.
 *
 * <p>Indexes, constraints and sequences move with their schema. Rights on the live schema do not, views elsewhere that refer to its
 * tables go when those are dropped, and what names a schema in its text, such as a function's body, stays: all three are the
 * application's business. A transaction of REPEATABLE READ that began before the swap and reads the tables only after it finds them
 * empty; keep such transactions out by {@link Builder#fence}.
 *
 * <p>The user needs the right to make schemas in the database and owns the live one; no superuser is needed. An advisory lock of
 * the database keeps processes apart while something is staged; it ends with the process that holds it. Schemas that this class
 * makes are marked by a comment, and no other one is ever dropped. Used by one thread at a time.
 */
public final class SchemaSwap implements RestoreTarget {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaSwap.class);

    private final Schemas schemas;
    private final StoreIdentity identity;
    private final SchemaStore store;
    private final Supplier<List<String>> blockers;
    private final Supplier<Fence> fence;

    private SchemaSwap(Builder builder) {
        this.schemas = new Schemas(builder.database, builder.schema, builder.steps);
        this.identity = builder.identity;
        this.store = builder.store;
        this.blockers = builder.blockers;
        this.fence = builder.fence;
    }

    /**
     * Begins a target.
     *
     * @param database the database; gives at least two connections at a time
     * @param schema the live schema's name: 1 to 40 lower-case letters, digits and underscores, with a letter first
     * @param identity who the store is
     * @param store makes stores in schemas
     * @return a builder with the default of every other value
     * @throws IllegalArgumentException if the name is out of bounds
     */
    public static Builder builder(DataSource database, String schema, StoreIdentity identity, SchemaStore store) {
        return new Builder(database, schema, identity, store);
    }

    @Override
    public StoreIdentity identity() {
        return identity;
    }

    @Override
    public List<String> blockers() {
        return List.copyOf(blockers.get());
    }

    @Override
    public Fence fence() {
        return fence.get();
    }

    /**
     * {@inheritDoc}
     *
     * @throws BackupException with {@link ErrorCode#RESTORE_PRECONDITION_FAILED} if something else is staged, here or in another
     *     process, or if a schema stands in the way that this class did not make
     */
    @Override
    public StagedStore stage() throws IOException {
        try {
            SchemaLock lock = schemas.lock()
                    .orElseThrow(() -> new BackupException(
                            ErrorCode.RESTORE_PRECONDITION_FAILED,
                            "Expected nothing to be staged beside schema " + schemas.live()
                                    + ", found the lock taken: a restore or drill is going on; nothing was changed"));
            try {
                schemas.removeLeft();
                schemas.createStaged();
                return new StagedSchema(schemas, lock, store, store.create(schemas.staged()));
            } catch (SQLException | RuntimeException | Error e) {
                discard(lock, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException("No schema could be staged beside " + schemas.live() + ": " + e.getMessage(), e);
        }
    }

    private void discard(SchemaLock lock, Throwable failure) {
        try (lock) {
            schemas.removeLeft();
        } catch (SQLException | RuntimeException left) {
            failure.addSuppressed(left);
        }
    }

    /** {@inheritDoc} Does nothing while something is staged. */
    @Override
    public List<String> recover() throws IOException {
        try {
            SchemaLock lock = schemas.lock().orElse(null);
            if (lock == null) {
                return List.of();
            }
            try (lock) {
                return schemas.removeLeft();
            }
        } catch (SQLException e) {
            throw new IOException("Schema " + schemas.live() + " could not be recovered: " + e.getMessage(), e);
        }
    }

    /** Collects the values of a {@link SchemaSwap}. Used by one thread. */
    public static final class Builder {
        private final DataSource database;
        private final String schema;
        private final StoreIdentity identity;
        private final SchemaStore store;
        private Supplier<List<String>> blockers = List::of;
        private Supplier<Fence> fence = () -> () -> {};
        private Consumer<String> steps = step -> LOG.debug("event=schema_swap step=\"{}\"", step);

        private Builder(DataSource database, String schema, StoreIdentity identity, SchemaStore store) {
            if (!schema.matches("[a-z][a-z0-9_]{0,39}")) {
                throw new IllegalArgumentException(
                        "Expected a schema of 1 to 40 characters of [a-z0-9_] with a letter first, found \"" + schema
                                + "\"");
            }
            this.database = database;
            this.schema = schema;
            this.identity = identity;
            this.store = store;
        }

        /**
         * Sets what tells what must be stopped before a swap; by default nothing does.
         *
         * @param value returns the blockers, in words for an operator
         * @return this builder
         */
        public Builder blockers(Supplier<List<String>> value) {
            blockers = value;
            return this;
        }

        /**
         * Sets what keeps everybody else from using the store during a restore; by default nothing does.
         *
         * @param value returns the fence, or throws as {@link RestoreTarget#fence} does
         * @return this builder
         */
        public Builder fence(Supplier<Fence> value) {
            fence = value;
            return this;
        }

        /** Sets who hears of each change before it is made. */
        Builder steps(Consumer<String> value) {
            steps = value;
            return this;
        }

        /** Returns the target. Asks nothing of the database. */
        public SchemaSwap build() {
            return new SchemaSwap(this);
        }
    }
}
