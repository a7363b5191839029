package io.holdfast.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.SchemaVersionMismatchException;
import io.holdfast.backup.core.snapshot.RecordReader;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes, and edited streams of records, are refused, or are exactly those that their records are written as. */
class RecordStreamFuzzTest {
    private static final SnapshotFormat FORMAT = new SnapshotFormat("fuzz", 1);
    private static final int MAX_RECORD_BYTES = 1 << 16;

    @FuzzTest(maxDuration = "10m")
    void a_stream_of_records_is_read_whole_or_refused(FuzzedDataProvider data) throws IOException {
        byte[] stream = data.consumeBoolean() ? data.consumeRemainingAsBytes() : edited(data);
        List<byte[]> records = new ArrayList<>();
        try {
            RecordReader reader = new RecordReader(new ByteArrayInputStream(stream), FORMAT, MAX_RECORD_BYTES);
            while (reader.next()) {
                records.add(reader.toByteArray());
            }
        } catch (RestoreCorruptException | SchemaVersionMismatchException refused) {
            return;
        }
        if (!Arrays.equals(written(records), stream)) {
            throw new AssertionError("Expected the records to be written as they were read, found other bytes");
        }
    }

    private static byte[] written(List<byte[]> records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter writer = new RecordWriter(out, FORMAT, MAX_RECORD_BYTES);
        for (byte[] record : records) {
            writer.write(record);
        }
        writer.finish();
        return out.toByteArray();
    }

    private static byte[] edited(FuzzedDataProvider data) throws IOException {
        List<byte[]> records = new ArrayList<>();
        for (int left = data.consumeInt(0, 5); left > 0; left--) {
            records.add(data.consumeBytes(data.consumeInt(0, 300)));
        }
        byte[] stream = written(records);
        while (data.remainingBytes() > 0) {
            stream[data.consumeInt(0, stream.length - 1)] = data.consumeByte();
        }
        return stream;
    }
}
