package io.holdfast.backup.core.repository;

import io.holdfast.backup.core.codec.ObjectCodec;
import io.holdfast.backup.core.manifest.WrappedKey;
import java.util.List;

/**
 * How the objects of one new backup are encoded.
 *
 * @param payload the payload's codec
 * @param payloadIds the payload ids' codec
 * @param dataKeys the data key, wrapped for each recipient; empty without encryption
 */
record BackupEncoding(ObjectCodec payload, ObjectCodec payloadIds, List<WrappedKey> dataKeys) implements AutoCloseable {
    BackupEncoding {
        dataKeys = List.copyOf(dataKeys);
    }

    @Override
    public void close() {
        payload.close();
        payloadIds.close();
    }
}
