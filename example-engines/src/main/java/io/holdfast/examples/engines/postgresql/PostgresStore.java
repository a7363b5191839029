package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.core.snapshot.RecordReader;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * The tables of one schema of a PostgreSQL database, as the server's own binary {@code COPY} gives them, and how far the schema's
 * sequences are. Needs no superuser, owns the schema's sequences, and holds no table in memory. Holds no connection between calls; safe for use by several threads.
 *
 * <p>How it keeps the rules of {@link Backupable}:
 *
 * <ul>
 *   <li>A2: tables and ids are read in one transaction of isolation level REPEATABLE READ, and writers go on.
 *   <li>A3, A4: a restore is one transaction, which commits after the stream has ended well. What a failed one may leave is a
 *       sequence that is further than it was, which only leaves a gap.
 *   <li>A5: the connection goes back on every path, and its transaction with it.
 * </ul>
 */
public final class PostgresStore implements Backupable {
    private static final int CHUNK = 1 << 18;
    private static final byte TABLE = 'T';
    private static final byte DATA = 'D';

    private final DataSource database;
    private final String schema;
    private final PostgresLayout layout;
    private final SnapshotFormat format;
    private final Sequences sequences;
    private final List<String> afterLoading;

    /**
     * Creates the store. Asks nothing of the database.
     *
     * @param database the database
     * @param schema the schema's name, which needs no quotes
     * @param layout the tables
     */
    public PostgresStore(DataSource database, String schema, PostgresLayout layout) {
        this(database, schema, layout, List.of());
    }

    /** Creates a store that does something in its schema at the end of a restore. */
    PostgresStore(DataSource database, String schema, PostgresLayout layout, List<String> afterLoading) {
        this.database = database;
        this.schema = schema;
        this.layout = layout;
        this.format = new SnapshotFormat(layout.engineTag(), layout.version());
        this.sequences = new Sequences(schema);
        this.afterLoading = afterLoading;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException, IOException;
    }

    private <T> T transaction(Work<T> work) throws IOException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | IOException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException("PostgreSQL failed in schema " + schema + ": " + e.getMessage(), e);
        }
    }

    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        return transaction(connection -> {
            execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            context.engineMetadata("postgresql", connection.getMetaData().getDatabaseProductVersion());
            RecordWriter writer = new RecordWriter(out, format);
            long done = 0;
            for (String table : layout.tables()) {
                writer.write(record(TABLE, table.getBytes(StandardCharsets.UTF_8)));
                copyOut(connection, table, writer, context);
                context.progress(++done, layout.tables().size());
            }
            sequences.write(connection, writer);
            PayloadIDSet ids = ids(connection, context);
            writer.finish();
            return ids;
        });
    }

    private static byte[] record(byte kind, byte[] content) {
        return ByteBuffer.allocate(1 + content.length).put(kind).put(content).array();
    }

    private void copyOut(Connection connection, String table, RecordWriter writer, BackupContext context)
            throws SQLException, IOException {
        CopyOut copy = copies(connection).copyOut("COPY " + schema + "." + table + " TO STDOUT (FORMAT binary)");
        try {
            byte[] chunk = new byte[CHUNK];
            chunk[0] = DATA;
            int filled = 1;
            for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                for (int at = 0; at < row.length; ) {
                    if (filled == CHUNK) {
                        context.checkCancelled();
                        writer.write(chunk, 0, filled);
                        filled = 1;
                    }
                    int part = Math.min(CHUNK - filled, row.length - at);
                    System.arraycopy(row, at, chunk, filled, part);
                    filled += part;
                    at += part;
                }
            }
            context.checkCancelled();
            writer.write(chunk, 0, filled);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private PayloadIDSet ids(Connection connection, BackupContext context) throws SQLException {
        PayloadIDSet ids = context.newPayloadIDSet();
        execute(connection, "SET LOCAL search_path TO " + schema);
        try (Statement statement = connection.createStatement()) {
            // Without a size, the driver fetches all rows at once.
            statement.setFetchSize(10_000);
            try (ResultSet rows = statement.executeQuery(layout.payloadIdQuery())) {
                while (rows.next()) {
                    context.checkCancelled();
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    @Override
    public void restore(InputStream in, BackupContext context) throws IOException {
        transaction(connection -> {
            requireEmpty(connection);
            Map<String, Long> last = load(connection, new RecordReader(in, format), context);
            finish(connection);
            sequences.set(connection, last);
            return connection;
        });
    }

    private void finish(Connection connection) throws SQLException {
        execute(connection, "SET LOCAL search_path TO " + schema);
        for (String sql : afterLoading) {
            try {
                execute(connection, sql);
            } catch (SQLException e) {
                throw asLoaded(e, "what holds between the tables");
            }
        }
    }

    /** Tells rows that cannot be the store's from a server in trouble. */
    private static SQLException asLoaded(SQLException e, String expected) {
        String state = String.valueOf(e.getSQLState());
        if (state.startsWith("22") || state.startsWith("23")) {
            throw new RestoreCorruptException("Expected " + expected + ": " + e.getMessage(), e);
        }
        return e;
    }

    private void requireEmpty(Connection connection) throws SQLException {
        for (String table : layout.tables()) {
            execute(connection, "LOCK TABLE " + schema + "." + table + " IN EXCLUSIVE MODE");
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT 1 FROM " + schema + "." + table + " LIMIT 1")) {
                if (row.next()) {
                    throw new RestoreDestinationNotEmptyException(
                            "Expected empty tables in schema " + schema + ", found rows in " + table);
                }
            }
        }
    }

    /** Returns how far the sequences are. */
    private Map<String, Long> load(Connection connection, RecordReader reader, BackupContext context)
            throws SQLException, IOException {
        Iterator<String> tables = layout.tables().iterator();
        boolean more = reader.next();
        while (tables.hasNext()) {
            String table = tables.next();
            if (!more || !isStartOf(table, reader.record())) {
                throw new RestoreCorruptException("Expected table " + table + ", found something else");
            }
            more = copyIn(connection, table, reader, context);
        }
        Map<String, Long> last = new TreeMap<>();
        for (; more; more = reader.next()) {
            sequences.read(reader.record(), last);
        }
        return last;
    }

    /** Takes the record's first byte. */
    private static byte kind(ByteBuffer record) {
        return record.hasRemaining() ? record.get() : 0;
    }

    private static boolean isStartOf(String table, ByteBuffer record) {
        return kind(record) == TABLE
                && StandardCharsets.UTF_8.decode(record).toString().equals(table);
    }

    /** Returns whether there is a record after the table's. */
    private boolean copyIn(Connection connection, String table, RecordReader reader, BackupContext context)
            throws SQLException, IOException {
        CopyIn copy = copies(connection).copyIn("COPY " + schema + "." + table + " FROM STDIN (FORMAT binary)");
        try {
            boolean more = reader.next();
            while (more && kind(reader.record()) == DATA) {
                context.checkCancelled();
                byte[] chunk = reader.toByteArray();
                copy.writeToCopy(chunk, 1, chunk.length - 1);
                more = reader.next();
            }
            copy.endCopy();
            return more;
        } catch (SQLException e) {
            throw asLoaded(e, "rows of table " + table);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
