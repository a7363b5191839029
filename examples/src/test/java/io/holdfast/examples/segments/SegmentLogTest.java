package io.holdfast.examples.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.SchemaVersionMismatchException;
import io.holdfast.backup.core.snapshot.CheckpointTar;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import io.holdfast.examples.TestContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
    private static final long SEGMENT_BYTES = 100;

    @TempDir
    Path directory;

    @Test
    void what_is_restored_is_what_was_backed_up() throws IOException {
        SegmentLog log = filled("log", 50);
        SegmentLog fresh = open("fresh");
        fresh.restore(new ByteArrayInputStream(snapshotOf(log)), new TestContext());

        assertThat(fresh.entries()).isEqualTo(log.entries()).hasSize(50);
        fresh.append("one more");
        assertThat(open("fresh").entries()).hasSize(51).endsWith("one more");
    }

    @Test
    void an_empty_log_comes_back_empty() throws IOException {
        SegmentLog fresh = open("fresh");
        fresh.restore(new ByteArrayInputStream(snapshotOf(open("log"))), new TestContext());

        assertThat(fresh.entries()).isEmpty();
    }

    @Test
    void a_snapshot_is_consistent_while_others_write_and_its_ids_are_exactly_those_it_holds() throws Exception {
        SegmentLog log = filled("log", 20);
        SegmentLog fresh = open("fresh");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch written = new CountDownLatch(50);
            Future<?> writer = threads.submit(() -> {
                for (int i = 20; !stop.get(); i++) {
                    log.append(id(i));
                    written.countDown();
                }
                return null;
            });
            written.await();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PayloadIDSet ids = log.backup(out, new TestContext());
            stop.set(true);
            writer.get();
            fresh.restore(new ByteArrayInputStream(out.toByteArray()), new TestContext());

            List<String> restored = fresh.entries();
            assertThat(restored)
                    .isEqualTo(IntStream.range(0, restored.size())
                            .mapToObj(SegmentLogTest::id)
                            .toList());
            assertThat(ids).containsExactlyElementsOf(new TreeSet<>(restored));
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void a_log_with_entries_refuses_a_restore_and_keeps_them() throws IOException {
        byte[] snapshot = snapshotOf(filled("log", 10));
        SegmentLog other = open("other");
        other.append("kept");

        assertThatThrownBy(() -> other.restore(new ByteArrayInputStream(snapshot), new TestContext()))
                .isInstanceOf(RestoreDestinationNotEmptyException.class);
        assertThat(other.entries()).containsExactly("kept");
    }

    @Test
    void a_damaged_stream_is_refused_and_leaves_an_empty_log_that_works() throws IOException {
        SegmentLog log = filled("log", 10);
        SegmentLog fresh = open("fresh");
        byte[] snapshot = snapshotOf(log);
        for (int at = 0; at < snapshot.length; at += 37) {
            byte[] flipped = snapshot.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            assertRefused(fresh, flipped, "byte " + at);
            assertRefused(fresh, Arrays.copyOf(snapshot, at), "length " + at);
        }
        assertRefused(fresh, Arrays.copyOf(snapshot, snapshot.length + 1), "one byte more");

        fresh.restore(new ByteArrayInputStream(snapshot), new TestContext());
        assertThat(fresh.entries()).isEqualTo(log.entries());
    }

    @Test
    void a_foreign_checkpoint_and_another_schema_version_are_refused() throws IOException {
        SegmentLog fresh = open("fresh");
        Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
        assertRefused(fresh, tarOf(new SnapshotFormat("other", 1), checkpoint), "another engine");
        Files.createDirectories(checkpoint.resolve("sub/directory"));
        assertRefused(fresh, tarOf(SegmentLog.FORMAT, checkpoint), "no segments");

        byte[] next = tarOf(new SnapshotFormat(SegmentLog.FORMAT.engineTag(), 2), checkpoint);
        assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(next), new TestContext()))
                .isInstanceOf(SchemaVersionMismatchException.class);
        assertThat(namesIn("fresh")).containsExactly("segments");
    }

    @Test
    void a_cancelled_call_ends_at_any_point_and_leaves_nothing_behind() throws IOException {
        SegmentLog log = filled("log", 20);
        SegmentLog fresh = open("fresh");
        AtomicInteger looks = new AtomicInteger();
        TestContext counting = new TestContext(() -> looks.incrementAndGet() < 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        log.backup(out, counting);
        int looksOfBackup = looks.getAndSet(0);
        open("whole").restore(new ByteArrayInputStream(out.toByteArray()), counting);
        int looksOfRestore = looks.get();
        byte[] snapshot = out.toByteArray();
        assertThat(Math.min(looksOfBackup, looksOfRestore)).isGreaterThan(5);
        for (int look = 0; look < looksOfBackup; look++) {
            TestContext cancelledBackup = cancelledAfter(look);
            assertThatThrownBy(() -> log.backup(OutputStream.nullOutputStream(), cancelledBackup))
                    .isInstanceOf(BackupAbortedException.class);
            assertThat(namesIn("log")).containsExactly("segments");
        }
        for (int look = 0; look < looksOfRestore; look++) {
            TestContext cancelledRestore = cancelledAfter(look);
            assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(snapshot), cancelledRestore))
                    .isInstanceOf(BackupAbortedException.class);
            assertThat(namesIn("fresh")).containsExactly("segments");
        }
        assertThat(fresh.entries()).isEmpty();
        assertThat(snapshotOf(log)).isEqualTo(snapshot);
    }

    @Test
    void an_output_that_fails_anywhere_leaves_a_healthy_log_without_a_checkpoint() throws IOException {
        SegmentLog log = filled("log", 20);
        int size = snapshotOf(log).length;
        for (int limit = 0; limit < size; limit += size / 20) {
            int left = limit;
            OutputStream failing = new OutputStream() {
                private int room = left;

                @Override
                public void write(int b) throws IOException {
                    if (room-- == 0) {
                        throw new IOException("no more");
                    }
                }
            };
            assertThatThrownBy(() -> log.backup(failing, new TestContext()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no more");
            assertThat(namesIn("log")).containsExactly("segments");
        }
        assertThat(snapshotOf(log)).hasSize(size);
    }

    @Test
    void an_opening_removes_what_a_crash_has_left() throws IOException {
        SegmentLog log = filled("log", 10);
        List<String> entries = log.entries();
        Files.createDirectories(directory.resolve("log/temporary-1/left"));
        Files.createDirectories(directory.resolve("log/temporary-2"));
        Path last = directory.resolve("log/segments/segment-00000001");
        Files.writeString(last, "torn", StandardOpenOption.APPEND);

        SegmentLog reopened = open("log");
        assertThat(reopened.entries()).isEqualTo(entries);
        assertThat(namesIn("log")).containsExactly("segments");
    }

    private static TestContext cancelledAfter(int looks) {
        AtomicInteger left = new AtomicInteger(looks);
        return new TestContext(() -> left.getAndDecrement() <= 0);
    }

    private static void assertRefused(SegmentLog fresh, byte[] snapshot, String how) throws IOException {
        assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(snapshot), new TestContext()))
                .as(how)
                .isInstanceOf(RestoreCorruptException.class);
        assertThat(fresh.entries()).as(how).isEmpty();
    }

    private static byte[] tarOf(SnapshotFormat format, Path checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new CheckpointTar(format).write(checkpoint, out, new TestContext());
        return out.toByteArray();
    }

    private static byte[] snapshotOf(SegmentLog log) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        log.backup(out, new TestContext());
        return out.toByteArray();
    }

    private List<String> namesIn(String name) throws IOException {
        try (Stream<Path> paths = Files.list(directory.resolve(name))) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    private SegmentLog filled(String name, int count) throws IOException {
        SegmentLog log = open(name);
        for (int i = 0; i < count; i++) {
            log.append(id(i));
        }
        return log;
    }

    private SegmentLog open(String name) throws IOException {
        return SegmentLog.open(directory.resolve(name), SEGMENT_BYTES);
    }

    private static String id(int i) {
        return String.format("payload-%05d", i);
    }
}
