package io.holdfast.examples.jdbc;

import io.holdfast.backup.destination.ObjectInfo;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tables, within one transaction. The id of an upload names its bytes, also when they have become an object. Whoever
 * deletes an upload's row, be it a commit, a close or a sweep, decides in the same transaction what becomes of its chunks.
 */
record Tables(Connection connection, String prefix) {
    /** Every chunk of an object but its last has so many bytes. Part of the format. */
    static final int CHUNK = 64 * 1024;

    /** An object's row: the id of the upload that made it, and what is told of it. */
    record Stored(String id, ObjectInfo info) {}

    /** Some objects of a listing, and the key after which it goes on. */
    record Page(List<ObjectInfo> objects, String last) {}

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    void create() throws SQLException {
        // Keys are bytes, so that no collation changes their order or takes two for one.
        update("CREATE TABLE IF NOT EXISTS $object (object_key VARBINARY(512) PRIMARY KEY,"
                + " upload_id VARCHAR(36) NOT NULL, size BIGINT NOT NULL,"
                + " modified TIMESTAMP(6) WITH TIME ZONE NOT NULL)");
        update("CREATE TABLE IF NOT EXISTS $upload (id VARCHAR(36) PRIMARY KEY, process VARCHAR(36) NOT NULL,"
                + " last_write TIMESTAMP(6) WITH TIME ZONE NOT NULL)");
        update("CREATE TABLE IF NOT EXISTS $chunk (upload_id VARCHAR(36), number BIGINT," + " bytes VARBINARY(" + CHUNK
                + ") NOT NULL, PRIMARY KEY (upload_id, number))");
    }

    Optional<Stored> find(String key) throws SQLException {
        return query("SELECT * FROM $object WHERE object_key = ?", Tables::object, bytes(key)).stream()
                .findFirst();
    }

    Optional<Page> page(String keyPrefix, String startAfter) throws SQLException {
        List<ObjectInfo> objects = query(
                "SELECT * FROM $object WHERE object_key >= ? AND object_key < ? AND object_key > ?"
                        + " ORDER BY object_key FETCH FIRST 1000 ROWS ONLY",
                row -> object(row).info(),
                bytes(keyPrefix),
                bytes(keyPrefix + '\u007f'),
                bytes(startAfter));
        return objects.isEmpty()
                ? Optional.empty()
                : Optional.of(new Page(objects, objects.get(objects.size() - 1).key()));
    }

    Optional<byte[]> chunk(String id, long number) throws SQLException {
        return query("SELECT bytes FROM $chunk WHERE upload_id = ? AND number = ?", row -> row.getBytes(1), id, number)
                .stream()
                .findFirst();
    }

    boolean delete(String key) throws SQLException {
        Optional<Stored> object = find(key);
        // Another thread may have deleted it since, and written a new one.
        return object.isPresent()
                && update(
                                "DELETE FROM $object WHERE object_key = ? AND upload_id = ?",
                                bytes(key),
                                object.get().id())
                        == 1
                && update("DELETE FROM $chunk WHERE upload_id = ?", object.get().id()) >= 0;
    }

    boolean beginUpload(String id, String process) throws SQLException {
        return update("INSERT INTO $upload VALUES (?, ?, CURRENT_TIMESTAMP)", id, process) == 1;
    }

    /** Returns whether the upload is still there; until the transaction ends nobody discards it. */
    boolean touchUpload(String id) throws SQLException {
        return update("UPDATE $upload SET last_write = CURRENT_TIMESTAMP WHERE id = ?", id) == 1;
    }

    void addChunk(String id, long number, byte[] bytes) throws SQLException {
        update("INSERT INTO $chunk VALUES (?, ?, ?)", id, number, bytes);
    }

    /** Makes an object of an upload. A key that is taken is a failure of the primary key. */
    void publish(String key, String id, long size) throws SQLException {
        update("DELETE FROM $upload WHERE id = ?", id);
        update("INSERT INTO $object VALUES (?, ?, ?, CURRENT_TIMESTAMP)", bytes(key), id, size);
    }

    /** Does nothing to what is an object by now. */
    boolean discardUpload(String id) throws SQLException {
        return update("DELETE FROM $upload WHERE id = ?", id) == 1
                && update("DELETE FROM $chunk WHERE upload_id = ?", id) >= 0;
    }

    int discardAbandoned(String exceptProcess, Instant idleSince) throws SQLException {
        List<String> abandoned = query(
                "SELECT id FROM $upload WHERE process <> ? AND last_write < ? FOR UPDATE",
                row -> row.getString(1),
                exceptProcess,
                idleSince.atOffset(ZoneOffset.UTC));
        for (String id : abandoned) {
            discardUpload(id);
        }
        return abandoned.size();
    }

    private static Stored object(ResultSet row) throws SQLException {
        String key = new String(row.getBytes("object_key"), StandardCharsets.US_ASCII);
        Instant modified = row.getObject("modified", OffsetDateTime.class).toInstant();
        return new Stored(row.getString("upload_id"), new ObjectInfo(key, row.getLong("size"), modified));
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private int update(String statement, Object... values) throws SQLException {
        try (PreparedStatement prepared = prepare(statement, values)) {
            return prepared.executeUpdate();
        }
    }

    private <T> List<T> query(String statement, Row<T> row, Object... values) throws SQLException {
        try (PreparedStatement prepared = prepare(statement, values);
                ResultSet rows = prepared.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.read(rows));
            }
            return found;
        }
    }

    private PreparedStatement prepare(String statement, Object... values) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement.replace("$", prefix));
        try {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            return prepared;
        } catch (SQLException e) {
            prepared.close();
            throw e;
        }
    }
}
