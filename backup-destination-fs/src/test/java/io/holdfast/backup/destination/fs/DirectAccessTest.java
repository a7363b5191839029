package io.holdfast.backup.destination.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.conformance.Fault;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectUpload;
import io.holdfast.backup.destination.fs.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long objects go past the page cache where they can, and arrive whole where they cannot. */
@Timeout(60)
class DirectAccessTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path root;

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static Destination on(Disk disk, Path root) {
        Path seen = disk.path(root);
        return new FsDestination(RootDirectory.of(seen), 0, DirectAccess.in(seen), Duration.ofMinutes(1));
    }

    private void requireDirectAccess() throws IOException {
        Path tried = Files.createFile(root.resolve("~tried"));
        Optional<FileChannel> file = DirectAccess.in(root).open(tried, StandardOpenOption.WRITE);
        assumeTrue(file.isPresent(), "this file system has no direct access");
        file.get().close();
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fdinfo")), "the system does not tell of open files");
    }

    @Test
    void a_long_object_is_written_and_read_past_the_cache() throws IOException {
        requireDirectAccess();
        byte[] bytes = noise(6 * MIB);
        try (Destination destination = Tree.open(root)) {
            try (ObjectUpload upload = destination.upload("k")) {
                upload.write(bytes, 0, 4 * MIB - 1);
                assertThat(OpenFiles.directBelow(root)).isEmpty();
                upload.write(bytes, 4 * MIB - 1, MIB);
                assertThat(OpenFiles.directBelow(root)).hasSize(1);
                upload.write(bytes, 5 * MIB - 1, MIB + 1);
                upload.commit();
            }
            assertThat(OpenFiles.below(root)).isEmpty();
            try (InputStream in = destination.open("k", 1)) {
                assertThat(OpenFiles.directBelow(root)).hasSize(1);
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1, bytes.length));
            }
            try (InputStream in = destination.open("k", 2 * MIB)) {
                assertThat(OpenFiles.below(root)).hasSize(1);
                assertThat(OpenFiles.directBelow(root))
                        .as("few bytes are left to read")
                        .isEmpty();
                assertThat(in.read()).isEqualTo(bytes[2 * MIB] & 0xff);
            }
            assertThat(OpenFiles.below(root)).isEmpty();
        }
    }

    @Test
    void everything_goes_through_the_cache_if_it_is_asked_for() throws IOException {
        requireDirectAccess();
        Map<String, String> properties = Map.of("path", root.toString(), "direct-io", "false");
        byte[] bytes = noise(6 * MIB);
        try (Destination destination = new FsDestinationProvider().open(DestinationConfig.of("fs", properties))) {
            try (ObjectUpload upload = destination.upload("k")) {
                upload.write(bytes);
                assertThat(OpenFiles.below(root)).hasSize(1);
                assertThat(OpenFiles.directBelow(root)).isEmpty();
                upload.commit();
            }
            try (InputStream in = destination.open("k", 0)) {
                assertThat(OpenFiles.directBelow(root)).isEmpty();
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
        }
    }

    /** Refused at once, in the middle of a file, or between the writing and the reading of one of eight blocks. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5, 6, 100})
    void a_file_system_that_refuses_some_time_gets_and_gives_every_byte(int accesses) throws IOException {
        byte[] bytes = noise(8 * MIB + 77);
        try (Destination destination = on(Disk.allowingDirectAccesses(accesses), root)) {
            Tree.put(destination, "k", bytes);
        }
        try (Destination destination = on(Disk.allowingDirectAccesses(accesses == 0 ? 0 : 100), root);
                InputStream in = destination.open("k", 12_345)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 12_345, bytes.length));
        }
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    @Test
    void random_pieces_from_random_places_are_those_that_were_written() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Destination destination = Tree.open(root)) {
            for (int object = 0; object < 8; object++) {
                byte[] bytes = noise(3 * MIB + random.nextInt(5 * MIB));
                try (ObjectUpload upload = destination.upload("k" + object)) {
                    for (int at = 0; at < bytes.length; ) {
                        int count = Math.min(bytes.length - at, 1 + random.nextInt(2 * MIB));
                        upload.write(bytes, at, count);
                        at += count;
                    }
                    upload.commit();
                }
                int from = random.nextInt(bytes.length + 1);
                try (InputStream in = destination.open("k" + object, from)) {
                    byte[] piece = new byte[1 + random.nextInt(3 * MIB)];
                    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                        assertThat(Arrays.equals(piece, 0, n, bytes, from, from + n))
                                .as("seed %s, object %s, %s bytes from %s", seed, object, n, from)
                                .isTrue();
                        from += n;
                    }
                }
                assertThat(from).as("seed %s", seed).isEqualTo(bytes.length);
            }
        }
    }

    @Test
    void a_close_ends_a_writer_that_waits_for_the_disk() throws Exception {
        Disk disk = Disk.ordinary();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Destination destination = on(disk, root)) {
            ObjectUpload upload = destination.upload("a/k");
            upload.write(noise(5 * MIB));
            CountDownLatch stalled = new CountDownLatch(1);
            try (FaultInjection.Injection fault = disk.inject(Fault.STALL, stalled::countDown)) {
                Future<?> writer = threads.submit(() -> {
                    upload.write(noise(2 * MIB));
                    return null;
                });
                stalled.await();
                upload.close();
                assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(BackupAbortedException.class);
            }
            assertThat(Tree.files(root)).isEmpty();
            assertThat(OpenFiles.below(root)).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_interrupt_ends_a_long_upload_and_leaves_nothing() throws IOException {
        try (Destination destination = Tree.open(root)) {
            ObjectUpload upload = destination.upload("a/k");
            upload.write(noise(5 * MIB));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> upload.write(new byte[2 * MIB])).isInstanceOf(BackupAbortedException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Tree.files(root)).isEmpty();
            assertThat(OpenFiles.below(root)).isEmpty();
        }
    }
}
