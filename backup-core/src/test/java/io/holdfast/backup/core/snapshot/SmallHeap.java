package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.RestoreCorruptException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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
            case "tar-claims" -> tarClaims(directory);
            case "big-tar" -> bigTar(directory);
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

    private static void tarClaims(Path directory) throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        int refused = 0;
        for (char flag : "0xgLK".toCharArray()) {
            byte[] claim = new ForgedTar(NOTES)
                    .claim("f", (byte) flag, 10L << 30, new byte[1 << 20])
                    .cut();
            try {
                new CheckpointTar(NOTES).extract(new ByteArrayInputStream(claim), target, ScriptedContext.quiet());
            } catch (RestoreCorruptException e) {
                refused++;
            }
        }
        System.out.println("refused " + refused);
    }

    private static void bigTar(Path directory) throws IOException {
        Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
        Path target = Files.createDirectory(directory.resolve("target"));
        try (RandomAccessFile file =
                new RandomAccessFile(checkpoint.resolve("f").toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        CheckpointTar tar = new CheckpointTar(NOTES);
        Path stream = directory.resolve("tar");
        try (OutputStream out = Files.newOutputStream(stream)) {
            tar.write(checkpoint, out, ScriptedContext.quiet());
        }
        try (InputStream in = Files.newInputStream(stream)) {
            tar.extract(in, target, ScriptedContext.quiet());
        }
        System.out.println("extracted " + Files.size(target.resolve("f")));
    }
}
