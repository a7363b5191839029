package io.holdfast.examples.engines.postgresql;

import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.core.snapshot.RecordWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * How far the sequences of a schema are, in records of their own.
 *
 * @param schema the schema's name
 */
record Sequences(String schema) {
    private static final byte SEQUENCE = 'S';

    /** A sequence is of no snapshot: written after the tables, it is past every number in them. */
    void write(Connection connection, RecordWriter writer) throws SQLException, IOException {
        try (PreparedStatement query = connection.prepareStatement("SELECT sequencename, last_value FROM pg_sequences"
                + " WHERE schemaname = ? AND last_value IS NOT NULL ORDER BY sequencename")) {
            query.setString(1, schema);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    byte[] name = rows.getString(1).getBytes(StandardCharsets.UTF_8);
                    writer.write(ByteBuffer.allocate(1 + Long.BYTES + name.length)
                            .put(SEQUENCE)
                            .putLong(rows.getLong(2))
                            .put(name)
                            .array());
                }
            }
        }
    }

    /** Adds what a record says to the last values by name. */
    void read(ByteBuffer record, Map<String, Long> last) {
        if (record.remaining() <= Long.BYTES || record.get() != SEQUENCE) {
            throw new RestoreCorruptException("Expected no more tables, found something else");
        }
        long value = record.getLong();
        last.put(StandardCharsets.UTF_8.decode(record).toString(), value);
    }

    /** To be called last of all, because no rollback takes it back. */
    void set(Connection connection, Map<String, Long> last) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, ?) FROM pg_sequences"
                        + " WHERE schemaname = ? AND sequencename = ?")) {
            for (Map.Entry<String, Long> sequence : last.entrySet()) {
                update.setLong(1, sequence.getValue());
                update.setString(2, schema);
                update.setString(3, sequence.getKey());
                try (ResultSet row = update.executeQuery()) {
                    if (!row.next()) {
                        throw new RestoreCorruptException("Expected a sequence of schema " + schema
                                + ", found one that it does not have: " + sequence.getKey());
                    }
                }
            }
        }
    }
}
