package io.holdfast.backup.core.restore.schema;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/** The live schema, the staged one and the old one, in statements of PostgreSQL. Names are checked and need no quotes. */
final class Schemas {
    private static final String MARK = "Holdfast: not in use, made by a restore of ";
    private static final String PATIENCE = "SET LOCAL lock_timeout = '30s'";

    /** Whoever comes after a lock that is waited for waits too, so each wait is short, and there are many. */
    private static final String IMPATIENCE = "SET LOCAL lock_timeout = '200ms'";

    private static final int ATTEMPTS = 150;

    /** Lock not available, deadlock detected. */
    private static final Set<String> IN_USE = Set.of("55P03", "40P01");

    private static final int STAGING = 0x486f6c64;
    private static final int SWAPPING = STAGING + 1;

    private final DataSource database;
    private final String live;
    private final Consumer<String> steps;

    Schemas(DataSource database, String live, Consumer<String> steps) {
        this.database = database;
        this.live = live;
        this.steps = steps;
    }

    String live() {
        return live;
    }

    String staged() {
        return live + "_holdfast_staged";
    }

    private String old() {
        return live + "_holdfast_old";
    }

    /** Takes the lock of everything beside the live schema, if it is free. */
    Optional<SchemaLock> lock() throws SQLException {
        String key = lockKey(STAGING);
        Connection connection = database.getConnection();
        boolean taken = false;
        try {
            connection.setAutoCommit(true);
            taken = asks(connection, "SELECT pg_try_advisory_lock" + key);
        } finally {
            if (!taken) {
                connection.close();
            }
        }
        return taken ? Optional.of(new SchemaLock(connection, "SELECT pg_advisory_unlock" + key)) : Optional.empty();
    }

    private String lockKey(int lockClass) {
        CRC32 name = new CRC32();
        name.update(live.getBytes(StandardCharsets.UTF_8));
        return "(" + lockClass + ", " + (int) name.getValue() + ")";
    }

    private static boolean asks(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void transaction(String... statements) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                for (String sql : statements) {
                    execute(connection, sql);
                }
                connection.commit();
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private String marked(String schema) {
        return "COMMENT ON SCHEMA " + schema + " IS '" + MARK + live + "'";
    }

    void createStaged() throws SQLException {
        steps.accept("create " + staged());
        transaction("CREATE SCHEMA " + staged(), marked(staged()));
    }

    /** The commit point of a swap: both renames, or none. */
    void swap() throws SQLException {
        steps.accept("rename " + live + " and " + staged());
        String[] statements = swapping();
        for (int attempt = 1; ; attempt++) {
            try {
                transaction(statements);
                return;
            } catch (SQLException e) {
                boolean inUse = IN_USE.contains(String.valueOf(e.getSQLState()));
                if (inUse && attempt < ATTEMPTS) {
                    continue;
                }
                if (!inUse && swapped(e)) {
                    return;
                }
                throw e;
            }
        }
    }

    private String[] swapping() throws SQLException {
        List<String> statements = new ArrayList<>(List.of(oneSwapAtATime(), IMPATIENCE));
        if (exists(live)) {
            String tables = tables();
            if (!tables.isEmpty()) {
                // A statement that has found one table must not find the next one in the other schema.
                statements.add("LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE");
            }
            statements.add("ALTER SCHEMA " + live + " RENAME TO " + old());
            statements.add(marked(old()));
        }
        statements.add("ALTER SCHEMA " + staged() + " RENAME TO " + live);
        statements.add("COMMENT ON SCHEMA " + live + " IS NULL");
        return statements.toArray(String[]::new);
    }

    /** The live schema's tables, as a list of names in SQL. */
    private String tables() throws SQLException {
        List<String> tables = new ArrayList<>();
        String sql = "SELECT quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relkind IN ('r', 'p') ORDER BY c.relname";
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, live);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    tables.add(live + "." + rows.getString(1));
                }
            }
        }
        return String.join(", ", tables);
    }

    private String oneSwapAtATime() {
        return "SELECT pg_advisory_xact_lock" + lockKey(SWAPPING);
    }

    /** A commit whose answer was lost may have happened, or happen yet: the database knows when its transaction has ended. */
    private boolean swapped(SQLException failure) {
        try {
            transaction(PATIENCE, oneSwapAtATime());
            return !exists(staged());
        } catch (SQLException e) {
            failure.addSuppressed(e);
            throw new BackupException(
                    ErrorCode.DESTINATION_OUTCOME_UNKNOWN,
                    "Could not learn whether schema " + live + " was replaced: the database does not answer;"
                            + " when it does, see which data it holds. Recovery removes the other one",
                    failure);
        }
    }

    boolean exists(String schema) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?")) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Removes what is not the live schema, under the lock. */
    List<String> removeLeft() throws SQLException {
        List<String> done = new ArrayList<>();
        for (String schema : List.of(staged(), old())) {
            if (exists(schema)) {
                remove(schema);
                done.add("Dropped schema " + schema + ", which a restore of " + live + " had left");
            }
        }
        return done;
    }

    void removeOld() throws SQLException {
        if (exists(old())) {
            remove(old());
        }
    }

    void removeStaged() throws SQLException {
        if (exists(staged())) {
            remove(staged());
        }
    }

    private void remove(String schema) throws SQLException {
        requireMark(schema);
        if (schema.equals(old()) && !exists(live)) {
            throw refused("Expected schema " + live + " beside " + schema + ", found none");
        }
        steps.accept("drop " + schema);
        transaction(PATIENCE, "DROP SCHEMA " + schema + " CASCADE");
    }

    private void requireMark(String schema) throws SQLException {
        String sql = "SELECT pg_catalog.obj_description(oid, 'pg_namespace') FROM pg_catalog.pg_namespace"
                + " WHERE nspname = ?";
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                if (row.next() && !(MARK + live).equals(row.getString(1))) {
                    throw refused("Expected schema " + schema + " to be marked as a restore's, found no mark");
                }
            }
        }
    }

    private static BackupException refused(String message) {
        return new BackupException(ErrorCode.RESTORE_PRECONDITION_FAILED, message + "; nothing was changed");
    }
}
