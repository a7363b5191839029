package io.holdfast.examples.guide;

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
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which blob each name stands for, in memory. Safe for use by several threads. */
public final class BlobIndex implements Backupable {
    // snippet: store
    private static final SnapshotFormat FORMAT = new SnapshotFormat("blob-index", 1);

    private final SortedMap<String, String> blobs = new TreeMap<>();

    /**
     * Lets a name stand for a blob.
     *
     * @param name 1 to 1,024 bytes of UTF-8 without control characters
     * @param blobId the blob's SHA-256, or another name of content that never changes
     */
    public synchronized void put(String name, String blobId) {
        PayloadIDSet.encode(name); // the same bounds will do
        PayloadIDSet.encode(blobId);
        blobs.put(name, blobId);
    }

    /** Returns all names and their blobs, as they are now. */
    public synchronized Map<String, String> blobs() {
        return new TreeMap<>(blobs);
    }
    // end

    // snippet: backup
    @Override
    public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
        context.engineMetadata("schema-version", String.valueOf(FORMAT.schemaVersion()));
        Map<String, String> snapshot = blobs();
        PayloadIDSet ids = context.newPayloadIDSet();
        RecordWriter writer = new RecordWriter(out, FORMAT);
        for (Map.Entry<String, String> entry : snapshot.entrySet()) {
            context.checkCancelled();
            writer.write((entry.getValue() + "\n" + entry.getKey()).getBytes(StandardCharsets.UTF_8));
            ids.add(entry.getValue());
            context.progress(writer.records(), snapshot.size());
        }
        writer.finish();
        return ids;
    }
    // end

    // snippet: restore
    @Override
    public synchronized void restore(InputStream in, BackupContext context) throws IOException {
        if (!blobs.isEmpty()) {
            throw new RestoreDestinationNotEmptyException("Expected an empty index, found " + blobs.size() + " names");
        }
        SortedMap<String, String> loaded = new TreeMap<>();
        RecordReader reader = new RecordReader(in, FORMAT);
        while (reader.next()) {
            context.checkCancelled();
            String record = new String(reader.toByteArray(), StandardCharsets.UTF_8);
            int end = record.indexOf('\n');
            if (end < 0) {
                throw new RestoreCorruptException("Expected a blob and a name, found another record");
            }
            loaded.put(record.substring(end + 1), record.substring(0, end));
        }
        blobs.putAll(loaded);
    }
    // end
}
