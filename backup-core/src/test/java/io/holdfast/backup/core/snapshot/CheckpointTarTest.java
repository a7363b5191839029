package io.holdfast.backup.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.RestoreCorruptException;
import io.holdfast.backup.RestoreDestinationNotEmptyException;
import io.holdfast.backup.SchemaVersionMismatchException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTarTest {
    private static final SnapshotFormat SEGMENTS = new SnapshotFormat("segments", 2);
    private static final CheckpointTar TAR = new CheckpointTar(SEGMENTS);

    @TempDir
    Path directory;

    private Path checkpoint;
    private Path target;

    @BeforeEach
    void make_directories() throws IOException {
        checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
        target = Files.createDirectory(directory.resolve("target"));
    }

    @Test
    void what_is_extracted_is_what_was_written() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            Path tree = Files.createDirectory(directory.resolve("tree-" + seed));
            Path copy = Files.createDirectory(directory.resolve("copy-" + seed));
            Trees.grow(tree, new Random(seed));

            TAR.extract(new ByteArrayInputStream(write(tree)), copy, ScriptedContext.quiet());
            assertThat(Trees.contentOf(copy)).as("seed %d", seed).isEqualTo(Trees.contentOf(tree));
        }
    }

    @Test
    void an_empty_checkpoint_comes_back_empty() throws IOException {
        TAR.extract(new ByteArrayInputStream(write(checkpoint)), target, ScriptedContext.quiet());

        assertThat(target).isEmptyDirectory();
    }

    @Test
    void a_stream_that_comes_one_byte_at_a_time_is_read_as_well() throws IOException {
        fillCheckpoint();

        TAR.extract(Streams.trickle(write(checkpoint)), target, ScriptedContext.quiet());
        assertThat(Trees.contentOf(target)).isEqualTo(Trees.contentOf(checkpoint));
    }

    @Test
    void names_beyond_ascii_come_back() throws IOException {
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
        Trees.file(checkpoint, "Grüße/日本", 1, 10);
        Trees.file(checkpoint, "\ud83d\ude00", 2, 10);

        TAR.extract(new ByteArrayInputStream(write(checkpoint)), target, ScriptedContext.quiet());
        assertThat(Trees.contentOf(target)).isEqualTo(Trees.contentOf(checkpoint));
    }

    @Test
    void equal_checkpoints_give_equal_bytes() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        for (int i = 0; i < 20; i++) {
            Trees.file(checkpoint, "d" + i % 3 + "/f" + i, i, 100 * i);
            int j = 19 - i;
            Path file = Trees.file(other, "d" + j % 3 + "/f" + j, j, 100 * j);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * j));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        assertThat(write(other)).isEqualTo(write(checkpoint));
    }

    @Test
    void the_bytes_of_a_release_are_those_of_the_last() throws Exception {
        Trees.file(checkpoint, "d/" + "n".repeat(150), 1, 700);
        Trees.file(checkpoint, "a", 2, 0);
        Files.createDirectory(checkpoint.resolve("e"));

        byte[] digest = MessageDigest.getInstance("SHA-256").digest(write(checkpoint));
        assertThat(HexFormat.of().formatHex(digest))
                .isEqualTo("d145adabe4c83fdce2bad067f25e6378340c96aabcfe499a2e75c660b6ad8495");
    }

    @Test
    void entries_come_in_the_order_of_the_bytes_of_their_paths() throws IOException {
        for (String path : List.of("b", "a/x", "a-b", "a.b", "A")) {
            Trees.file(checkpoint, path.equals("A") ? "0" : path, 1, 1);
        }

        assertThat(namesIn(write(checkpoint)))
                .containsExactly(".holdfast/begin", "0", "a/", "a-b", "a.b", "a/x", "b", ".holdfast/end");
    }

    @Test
    void a_flipped_bit_in_any_byte_is_refused_and_the_target_stays_empty() throws IOException {
        Trees.file(checkpoint, "f", 1, 3);
        byte[] tar = write(checkpoint);
        for (int at = 0; at < tar.length; at++) {
            assertFlipRefused(tar, at * 8 + at % 8);
        }
    }

    @Test
    @Tag("soak")
    void every_flipped_bit_is_refused_and_the_target_stays_empty() throws IOException {
        Trees.file(checkpoint, "f", 1, 3);
        byte[] tar = write(checkpoint);
        for (int bit = 0; bit < tar.length * 8; bit++) {
            assertFlipRefused(tar, bit);
        }
    }

    @Test
    void every_truncation_is_refused_and_the_target_stays_empty() throws IOException {
        Trees.file(checkpoint, "d/f", 1, 3);
        byte[] tar = write(checkpoint);
        for (int length = 0; length < tar.length; length++) {
            assertCorrupt(Arrays.copyOf(tar, length), "length " + length);
        }
    }

    @Test
    void bytes_after_the_end_are_refused() throws IOException {
        byte[] tar = write(checkpoint);
        for (int more : new int[] {1, 512, 1_024, 10_240}) {
            assertCorrupt(Arrays.copyOf(tar, tar.length + more), more + " zeros more");
        }
    }

    @Test
    void a_tar_without_the_first_or_the_last_entry_is_refused() throws IOException {
        fillCheckpoint();
        byte[] tar = write(checkpoint);

        assertCorrupt(Arrays.copyOfRange(tar, 1_024, tar.length), "no first entry");
        byte[] open = Arrays.copyOf(tar, tar.length - 1_024);
        Arrays.fill(open, open.length - 1_024, open.length, (byte) 0);
        assertCorrupt(open, "no last entry");
    }

    @Test
    void a_checkpoint_of_another_engine_is_foreign() throws IOException {
        byte[] tar = write(new CheckpointTar(new SnapshotFormat("other", 2)), checkpoint);

        assertThatThrownBy(() -> TAR.extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet()))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("engine segments")
                .hasMessageContaining("engine other");
    }

    @Test
    void another_schema_version_is_named_before_anything_is_extracted() throws IOException {
        fillCheckpoint();
        byte[] tar = write(new CheckpointTar(new SnapshotFormat("segments", 3)), checkpoint);
        InputStream cut = new ByteArrayInputStream(tar, 0, 1_024);

        assertThatThrownBy(() -> TAR.extract(cut, target, ScriptedContext.quiet()))
                .isInstanceOf(SchemaVersionMismatchException.class)
                .hasMessageContaining("schema 2")
                .hasMessageContaining("schema 3");
    }

    @Test
    void a_directory_with_anything_in_it_is_refused_and_kept() throws IOException {
        fillCheckpoint();
        byte[] tar = write(checkpoint);
        Trees.file(target, "kept", 1, 10);
        Map<String, String> before = Trees.contentOf(target);

        assertThatThrownBy(() -> TAR.extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet()))
                .isInstanceOf(RestoreDestinationNotEmptyException.class);
        assertThat(Trees.contentOf(target)).isEqualTo(before);
        assertThatThrownBy(() ->
                        TAR.extract(new ByteArrayInputStream(tar), target.resolve("kept"), ScriptedContext.quiet()))
                .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void what_is_extracted_belongs_to_its_owner_only() throws IOException {
        Path file = Trees.file(checkpoint, "d/f", 1, 3);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));

        TAR.extract(new ByteArrayInputStream(write(checkpoint)), target, ScriptedContext.quiet());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("d"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("d/f"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_cancelled_call_ends_at_any_point_and_the_target_stays_empty() throws IOException {
        fillCheckpoint();
        byte[] tar = write(checkpoint);
        ScriptedContext written = ScriptedContext.quiet();
        TAR.write(checkpoint, OutputStream.nullOutputStream(), written);
        ScriptedContext read = ScriptedContext.quiet();
        TAR.extract(new ByteArrayInputStream(tar), Files.createDirectory(directory.resolve("whole")), read);
        assertThat(Math.min(written.looks(), read.looks())).isGreaterThan(5);

        for (long look = 1; look <= written.looks(); look++) {
            ScriptedContext context = ScriptedContext.cancelledAt(look);
            assertThatThrownBy(() -> TAR.write(checkpoint, OutputStream.nullOutputStream(), context))
                    .isInstanceOf(BackupAbortedException.class);
        }
        for (long look = 1; look <= read.looks(); look++) {
            ScriptedContext context = ScriptedContext.cancelledAt(look);
            assertThatThrownBy(() -> TAR.extract(new ByteArrayInputStream(tar), target, context))
                    .isInstanceOf(BackupAbortedException.class);
            assertThat(target).isEmptyDirectory();
        }
    }

    @Test
    void failures_of_the_streams_pass_as_they_are() throws IOException {
        Trees.file(checkpoint, "d/f", 1, 3);
        byte[] tar = write(checkpoint);
        for (Exception failure : List.of(new IOException("broken"), new BackupAbortedException("cancelled"))) {
            for (int limit = 0; limit <= tar.length; limit += 7) {
                InputStream in = Streams.failingAfter(tar, limit, failure);
                assertThatThrownBy(() -> TAR.extract(in, target, ScriptedContext.quiet()))
                        .as("after %d bytes", limit)
                        .isSameAs(failure);
                assertThat(target).isEmptyDirectory();
            }
            for (int limit = 0; limit < tar.length; limit += 100) {
                OutputStream out = Streams.failingAfter(OutputStream.nullOutputStream(), limit, failure);
                assertThatThrownBy(() -> TAR.write(checkpoint, out, ScriptedContext.quiet()))
                        .as("after %d bytes", limit)
                        .isSameAs(failure);
            }
        }
    }

    @Test
    void neither_stream_is_closed() throws IOException {
        boolean[] closed = {false};
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        TAR.write(checkpoint, out, ScriptedContext.quiet());
        InputStream in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        TAR.extract(in, target, ScriptedContext.quiet());

        assertThat(closed[0]).isFalse();
    }

    @Test
    void progress_counts_the_bytes_of_files() throws IOException {
        Trees.file(checkpoint, "a", 1, 300_000);
        Trees.file(checkpoint, "b", 2, 5);
        ScriptedContext writing = ScriptedContext.quiet();
        ScriptedContext reading = ScriptedContext.quiet();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TAR.write(checkpoint, out, writing);
        TAR.extract(new ByteArrayInputStream(out.toByteArray()), target, reading);

        assertThat(writing.done()).isEqualTo(300_005);
        assertThat(writing.total()).isEqualTo(300_005);
        assertThat(reading.done()).isEqualTo(300_005);
    }

    @Test
    void links_and_special_files_in_a_checkpoint_are_refused() throws Exception {
        Path link = Files.createSymbolicLink(checkpoint.resolve("link"), checkpoint.resolve("nowhere"));
        assertNotWritten("a symbolic link");
        Files.delete(link);
        Process mkfifo = new ProcessBuilder("mkfifo", checkpoint.resolve("fifo").toString()).start();
        assumeThat(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0)
                .isTrue();
        assertNotWritten("a special file");
    }

    @Test
    void a_file_that_changes_its_size_meanwhile_is_refused() throws IOException {
        Path file = Trees.file(checkpoint, "f", 1, 300_000);
        ScriptedContext growing =
                ScriptedContext.meanwhile(() -> Files.write(file, new byte[1], StandardOpenOption.APPEND));
        assertThatThrownBy(() -> TAR.write(checkpoint, OutputStream.nullOutputStream(), growing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("300000 bytes that the file had at first, found more");

        ScriptedContext shrinking = ScriptedContext.meanwhile(() -> Files.write(file, new byte[200_000]));
        assertThatThrownBy(() -> TAR.write(checkpoint, OutputStream.nullOutputStream(), shrinking))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("300001 bytes that the file had at first, found 200000");
    }

    @Test
    void a_name_that_another_system_could_not_take_is_refused() throws IOException {
        for (String name : List.of("a\\b", "a\nb", "a\u007fb")) {
            Path file = Trees.file(checkpoint, name, 1, 1);
            assertNotWritten("characters that every system can take");
            Files.delete(file);
        }
        Trees.file(checkpoint, "Same", 1, 1);
        Trees.file(checkpoint, "same", 1, 1);
        assertNotWritten("differs only by case");
    }

    @Test
    void the_tars_own_name_is_refused_in_a_checkpoint() throws IOException {
        Trees.file(checkpoint, ".Holdfast/f", 1, 1);

        assertNotWritten("any name but .holdfast");
    }

    @Test
    void a_writer_keeps_the_limits_of_its_readers() throws IOException {
        Trees.file(checkpoint, "d/file", 1, 60);
        Trees.file(checkpoint, "d/other", 1, 60);
        TarLimits exact = new TarLimits(3, 60, 120, 7, 2);
        write(new CheckpointTar(SEGMENTS, exact), checkpoint);

        for (TarLimits limits : List.of(
                exact.withMaxEntries(2),
                exact.withMaxFileBytes(59),
                exact.withMaxTotalBytes(119),
                exact.withMaxPathBytes(6),
                exact.withMaxDepth(1))) {
            assertThatThrownBy(() -> write(new CheckpointTar(SEGMENTS, limits), checkpoint))
                    .as("%s", limits)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("at most");
        }
    }

    @Test
    void a_reader_keeps_its_limits() throws IOException {
        Trees.file(checkpoint, "d/file", 1, 60);
        Trees.file(checkpoint, "d/other", 1, 60);
        byte[] tar = write(checkpoint);
        TarLimits exact = new TarLimits(3, 60, 120, 7, 2);

        for (TarLimits limits : List.of(
                exact.withMaxEntries(2),
                exact.withMaxFileBytes(59),
                exact.withMaxTotalBytes(119),
                exact.withMaxPathBytes(6),
                exact.withMaxDepth(1))) {
            CheckpointTar strict = new CheckpointTar(SEGMENTS, limits);
            assertThatThrownBy(() -> strict.extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet()))
                    .as("%s", limits)
                    .isInstanceOf(RestoreCorruptException.class)
                    .hasMessageContaining("at most");
            assertThat(target).isEmptyDirectory();
        }
        new CheckpointTar(SEGMENTS, exact).extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet());
    }

    @Test
    void a_limit_out_of_its_bounds_is_refused() {
        TarLimits limits = TarLimits.DEFAULT;
        for (Runnable wrong : List.<Runnable>of(
                () -> limits.withMaxEntries(0),
                () -> limits.withMaxFileBytes(0),
                () -> limits.withMaxTotalBytes(-1),
                () -> limits.withMaxPathBytes(4_097),
                () -> limits.withMaxDepth(257))) {
            assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_file_of_more_than_8_gibibytes_says_so_in_an_extended_header() throws IOException {
        long size = (8L << 30) + 5;
        try (RandomAccessFile file =
                new RandomAccessFile(checkpoint.resolve("big").toFile(), "rw")) {
            file.setLength(size);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Throwable full = catchThrowable(() -> TAR.write(
                checkpoint, Streams.failingAfter(out, 1 << 17, new IOException("full")), ScriptedContext.quiet()));

        assertThat(full).hasMessage("full");
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            tar.getNextEntry();
            assertThat(tar.getNextEntry().getSize()).isEqualTo(size);
        }
        // And is understood: what is missing is the content.
        assertThatThrownBy(
                        () -> TAR.extract(new ByteArrayInputStream(out.toByteArray()), target, ScriptedContext.quiet()))
                .isInstanceOf(RestoreCorruptException.class)
                .hasMessageContaining("the content of an entry");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void what_others_put_into_the_target_meanwhile_is_not_removed() throws IOException {
        Trees.file(checkpoint, "d/f", 1, 3);
        byte[] tar = write(checkpoint);
        tar[tar.length - 1] = 1;
        ScriptedContext context = ScriptedContext.meanwhile(() -> Trees.file(target, "d/foreign", 1, 1));

        assertThatThrownBy(() -> TAR.extract(new ByteArrayInputStream(tar), target, context))
                .isInstanceOf(RestoreCorruptException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(Trees.contentOf(target)).containsOnlyKeys("d/", "d/foreign");
    }

    @Test
    void the_tar_of_the_system_reads_it() throws Exception {
        fillCheckpoint();
        Trees.file(checkpoint, "d/" + "n".repeat(150), 7, 700);
        Path file = Files.write(directory.resolve("checkpoint.tar"), write(checkpoint));

        assertThat(systemTar("-tvf", file.toString()))
                .contains(".holdfast/begin")
                .contains("d/" + "n".repeat(150))
                .contains("-rw-------")
                .contains("drwx------")
                .contains("1970-01-01");
        systemTar("-C", target.toString(), "-xf", file.toString());
        Map<String, String> extracted = Trees.contentOf(target);
        assertThat(extracted.keySet()).contains(".holdfast/begin", ".holdfast/end");
        extracted.keySet().removeIf(path -> path.startsWith(".holdfast/"));
        assertThat(extracted).isEqualTo(Trees.contentOf(checkpoint));
    }

    private static String systemTar(String... arguments) throws Exception {
        assumeThat(List.of(Path.of("/bin/tar"), Path.of("/usr/bin/tar"))).anyMatch(Files::isExecutable);
        String[] command = new String[arguments.length + 1];
        command[0] = "tar";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private void fillCheckpoint() throws IOException {
        Trees.file(checkpoint, "a", 1, 0);
        Trees.file(checkpoint, "d/b", 2, 513);
        Trees.file(checkpoint, "d/e/c", 3, 300_000);
        Files.createDirectory(checkpoint.resolve("empty"));
    }

    private void assertNotWritten(String why) {
        assertThatThrownBy(() -> write(checkpoint))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private void assertFlipRefused(byte[] tar, int bit) throws IOException {
        byte[] flipped = tar.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        assertCorrupt(flipped, "bit " + bit);
    }

    /** Without a matcher in the usual case: it is asked tens of thousands of times. */
    private void assertCorrupt(byte[] tar, String how) throws IOException {
        try {
            TAR.extract(new ByteArrayInputStream(tar), target, ScriptedContext.quiet());
            fail("accepted: " + how);
        } catch (RestoreCorruptException e) {
            if (target.toFile().list().length != 0) {
                fail("not empty: " + how, e);
            }
        }
    }

    private static byte[] write(Path checkpoint) throws IOException {
        return write(TAR, checkpoint);
    }

    private static byte[] write(CheckpointTar tar, Path checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tar.write(checkpoint, out, ScriptedContext.quiet());
        return out.toByteArray();
    }

    private static List<String> namesIn(byte[] tar) throws IOException {
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
