package io.holdfast.examples.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.SchemaVersionMismatchException;
import io.holdfast.backup.core.snapshot.RecordWriter;
import io.holdfast.backup.core.snapshot.SnapshotFormat;
import io.holdfast.examples.TestContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CatalogStoreTest {
    @TempDir
    Path directory;

    private final AtomicInteger files = new AtomicInteger();

    @Test
    void what_is_restored_is_what_was_backed_up() throws IOException {
        try (CatalogStore store = filled(2_500);
                CatalogStore fresh = open()) {
            fresh.restore(new ByteArrayInputStream(snapshotOf(store)), new TestContext());

            assertThat(CatalogDigest.of(fresh)).isEqualTo(CatalogDigest.of(store));
            assertThat(fresh.identity()).isNotEqualTo(store.identity());
        }
    }

    @Test
    void a_restored_catalogue_is_durable_and_keeps_its_identity() throws IOException {
        Path file = directory.resolve("reopened");
        byte[] snapshot;
        CatalogDigest expected;
        try (CatalogStore store = filled(100)) {
            snapshot = snapshotOf(store);
            expected = CatalogDigest.of(store);
        }
        String id;
        try (CatalogStore fresh = CatalogStore.open(file)) {
            id = fresh.identity().id();
            fresh.restore(new ByteArrayInputStream(snapshot), new TestContext());
        }
        try (CatalogStore reopened = CatalogStore.open(file)) {
            assertThat(CatalogDigest.of(reopened)).isEqualTo(expected);
            assertThat(reopened.identity().id()).isEqualTo(id);
        }
    }

    @Test
    void a_snapshot_is_consistent_while_others_write_and_its_ids_are_exactly_those_it_refers_to() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (CatalogStore store = open();
                CatalogStore fresh = open()) {
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch written = new CountDownLatch(1_000);
            // One writer, strictly in sequence: any consistent snapshot holds an unbroken run from 0.
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; !stop.get(); i++) {
                    store.put(entry(i));
                    written.countDown();
                    if (i % 500 == 0) {
                        store.commit();
                    }
                }
            });
            written.await();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PayloadIDSet ids = store.backup(out, new TestContext());
            stop.set(true);
            writer.get();
            fresh.restore(new ByteArrayInputStream(out.toByteArray()), new TestContext());

            List<String> expected = new ArrayList<>();
            TreeSet<String> referred = new TreeSet<>();
            for (int i = 0; i < fresh.size(); i++) {
                expected.add(entry(i).path());
            }
            List<String> found = new ArrayList<>();
            fresh.forEach(entry -> {
                found.add(entry.path());
                entry.payloadId().ifPresent(referred::add);
            });
            assertThat(found).isEqualTo(expected);
            assertThat(ids).containsExactlyElementsOf(referred);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void a_catalogue_with_entries_refuses_a_restore_and_keeps_them() throws IOException {
        try (CatalogStore store = filled(10);
                CatalogStore other = open()) {
            other.put(entry(77));
            CatalogDigest before = CatalogDigest.of(other);
            byte[] snapshot = snapshotOf(store);

            assertThatThrownBy(() -> other.restore(new ByteArrayInputStream(snapshot), new TestContext()))
                    .isInstanceOf(RestoreDestinationNotEmptyException.class);
            assertThat(CatalogDigest.of(other)).isEqualTo(before);
        }
    }

    @Test
    void every_flip_and_every_truncation_is_refused_and_leaves_an_empty_catalogue_that_works() throws IOException {
        try (CatalogStore store = filled(4);
                CatalogStore fresh = open()) {
            byte[] snapshot = snapshotOf(store);
            for (int bit = 0; bit < snapshot.length * 8; bit++) {
                byte[] flipped = snapshot.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                requireRefused(fresh, flipped, "bit " + bit);
            }
            for (int length = 0; length < snapshot.length; length++) {
                requireRefused(fresh, Arrays.copyOf(snapshot, length), "length " + length);
            }
            requireRefused(fresh, Arrays.copyOf(snapshot, snapshot.length + 1), "one byte more");

            fresh.restore(new ByteArrayInputStream(snapshot), new TestContext());
            assertThat(CatalogDigest.of(fresh)).isEqualTo(CatalogDigest.of(store));
        }
    }

    @Test
    void another_schema_version_is_named() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RecordWriter(out, new SnapshotFormat(CatalogStore.KIND, 2)).finish();
        try (CatalogStore fresh = open()) {
            assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(out.toByteArray()), new TestContext()))
                    .isInstanceOf(SchemaVersionMismatchException.class)
                    .hasMessageContaining("version 1, found version 2");
        }
    }

    @Test
    void the_records_of_another_engine_are_refused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RecordWriter(out, new SnapshotFormat("other", 1)).finish();
        try (CatalogStore fresh = open()) {
            assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(out.toByteArray()), new TestContext()))
                    .isInstanceOf(RestoreCorruptException.class)
                    .hasMessageContaining("engine other");
        }
    }

    @Test
    void an_output_that_fails_anywhere_leaves_a_healthy_catalogue() throws IOException {
        try (CatalogStore store = filled(5_000)) {
            CatalogDigest before = CatalogDigest.of(store);
            int size = snapshotOf(store).length;
            for (int limit = 0; limit < size; limit += size / 20) {
                OutputStream failing = new LimitedOutput(limit);
                assertThatThrownBy(() -> store.backup(failing, new TestContext()))
                        .isInstanceOf(IOException.class)
                        .hasMessage("no more");
            }
            assertThat(CatalogDigest.of(store)).isEqualTo(before);
            assertThat(snapshotOf(store)).hasSize(size);
        }
    }

    @Test
    void a_stream_that_comes_one_byte_at_a_time_is_read_as_well() throws IOException {
        try (CatalogStore store = filled(50);
                CatalogStore fresh = open()) {
            InputStream trickle = new FilterInputStream(new ByteArrayInputStream(snapshotOf(store))) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return super.read(bytes, offset, Math.min(length, 1));
                }
            };
            fresh.restore(trickle, new TestContext());
            assertThat(CatalogDigest.of(fresh)).isEqualTo(CatalogDigest.of(store));
        }
    }

    @Test
    void a_cancelled_backup_or_restore_ends_and_leaves_the_catalogue_as_it_was() throws IOException {
        try (CatalogStore store = filled(3_000);
                CatalogStore fresh = open()) {
            byte[] snapshot = snapshotOf(store);
            assertThatThrownBy(() -> store.backup(OutputStream.nullOutputStream(), new TestContext(() -> true)))
                    .isInstanceOf(BackupAbortedException.class);
            assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(snapshot), new TestContext(() -> true)))
                    .isInstanceOf(BackupAbortedException.class);
            assertThat(fresh.size()).isZero();
            assertThat(snapshotOf(store)).isEqualTo(snapshot);
        }
    }

    @Test
    void neither_stream_is_closed() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (CatalogStore store = filled(3);
                CatalogStore fresh = open()) {
            store.backup(out, new TestContext());
            fresh.restore(
                    new ByteArrayInputStream(out.toByteArray()) {
                        @Override
                        public void close() {
                            closed.set(true);
                        }
                    },
                    new TestContext());
        }
        assertThat(closed).isFalse();
    }

    @Test
    void a_scan_finds_files_directories_and_links_and_skips_what_it_cannot_read() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/below"));
        Files.writeString(tree.resolve("file"), "hello");
        Files.createSymbolicLink(tree.resolve("link"), tree.resolve("nowhere"));
        try (CatalogStore store = open()) {
            TreeScanner.Result result = new TreeScanner(store, entries -> {}).scan(directory.resolve("tree"));

            assertThat(result).isEqualTo(new TreeScanner.Result(4, 5, 0));
            Optional<CatalogEntry> file = store.get(tree.resolve("file").toString());
            assertThat(file.orElseThrow().payloadId())
                    .contains("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
            assertThat(store.get(tree.resolve("link").toString()).orElseThrow().type())
                    .isEqualTo(CatalogEntry.Type.LINK);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_scan_survives_a_name_that_is_no_text() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Process made = new ProcessBuilder("sh", "-c", "echo hello > \"$(printf 'bad\\377name')\"")
                .directory(tree.toFile())
                .start();
        assertThat(made.waitFor()).isZero();
        try (CatalogStore store = open();
                CatalogStore fresh = open()) {
            TreeScanner.Result result = new TreeScanner(store, entries -> {}).scan(tree);

            assertThat(result.entries() + result.skipped()).isEqualTo(2);
            fresh.restore(new ByteArrayInputStream(snapshotOf(store)), new TestContext());
            assertThat(CatalogDigest.of(fresh)).isEqualTo(CatalogDigest.of(store));
        }
    }

    private static void requireRefused(CatalogStore fresh, byte[] stream, String at) {
        assertThatThrownBy(() -> fresh.restore(new ByteArrayInputStream(stream), new TestContext()))
                .as(at)
                .isInstanceOfAny(RestoreCorruptException.class, SchemaVersionMismatchException.class);
        assertThat(fresh.size()).as(at).isZero();
    }

    private static byte[] snapshotOf(CatalogStore store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.backup(out, new TestContext());
        return out.toByteArray();
    }

    private CatalogStore filled(int count) {
        CatalogStore store = open();
        for (int i = 0; i < count; i++) {
            store.put(entry(i));
        }
        store.commit();
        return store;
    }

    private CatalogStore open() {
        return CatalogStore.open(directory.resolve("catalog-" + files.incrementAndGet()));
    }

    private static CatalogEntry entry(int i) {
        return new CatalogEntry(
                String.format("/tree/%08d", i),
                CatalogEntry.Type.FILE,
                i,
                i * 1_000L,
                0644,
                String.format("%064x", i % 1000));
    }

    /** Takes so many bytes and then fails. */
    private static final class LimitedOutput extends OutputStream {
        private int left;

        private LimitedOutput(int left) {
            this.left = left;
        }

        @Override
        public void write(int b) throws IOException {
            if (left-- <= 0) {
                throw new IOException("no more");
            }
        }
    }
}
