package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The child JVM of {@link SmallHeapTest}. Arguments: what to do, and a directory. */
final class SmallHeap {
    private static final SnapshotFormat NOTES = new SnapshotFormat("notes", 1);

    private SmallHeap() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[1]);
        switch (args[0]) {
            case "record-claims" -> recordClaims();
            case "many-records" -> manyRecords(directory);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void recordClaims() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RecordWriter(out, NOTES).finish();
        int header = out.size() - 16;
        int refused = 0;
        for (int length :
                new int[] {RecordWriter.GREATEST_MAX_RECORD_BYTES, Integer.MAX_VALUE, Integer.MIN_VALUE, -2}) {
            byte[] claim = ByteBuffer.allocate(1 << 20)
                    .put(out.toByteArray(), 0, header)
                    .putInt(length)
                    .array();
            try {
                new RecordReader(new ByteArrayInputStream(claim), NOTES, RecordWriter.GREATEST_MAX_RECORD_BYTES).next();
            } catch (RestoreCorruptException e) {
                refused++;
            }
        }
        System.out.println("refused " + refused);
    }

    private static void manyRecords(Path directory) throws IOException {
        Path file = directory.resolve("records");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            RecordWriter writer = new RecordWriter(out, NOTES);
            for (int i = 0; i < 4_096; i++) {
                writer.write(new byte[1 << 14]);
            }
            writer.finish();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            RecordReader reader = new RecordReader(in, NOTES);
            while (reader.next()) {
                reader.record();
            }
            System.out.println("read " + reader.records());
        }
    }
}
