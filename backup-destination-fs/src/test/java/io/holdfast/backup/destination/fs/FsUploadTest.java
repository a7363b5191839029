package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.assertFails;
import static io.holdfast.backup.destination.fs.Tree.get;
import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How uploads begin, end, race and show that they are alive. */
class FsUploadTest {
    @TempDir
    Path root;

    Destination destination;
    ExecutorService threads;

    @BeforeEach
    void open() {
        destination = Tree.open(root);
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void close() throws InterruptedException {
        destination.close();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void d2_of_64_threads_on_one_key_exactly_one_wins() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(64);
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String text = "writer " + i;
            results.add(threads.submit(() -> {
                try (ObjectUpload upload = destination.upload("d/k")) {
                    upload.write(text.getBytes("US-ASCII"));
                    barrier.await();
                    upload.commit();
                    return text;
                } catch (BackupException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_OBJECT_EXISTS);
                    return "";
                }
            }));
        }
        List<String> winners = new ArrayList<>();
        for (Future<String> result : results) {
            winners.add(result.get());
        }
        winners.removeIf(String::isEmpty);
        assertThat(winners).hasSize(1);
        assertThat(get(destination, "d/k")).isEqualTo(winners.get(0));
        assertThat(Tree.files(root)).containsExactly("d/", "d/k");
    }

    @Test
    void d7_a_closed_upload_leaves_nothing_and_can_be_closed_again() throws IOException {
        ObjectUpload upload = destination.upload("a/b/c");
        upload.write(new byte[200_000]);
        upload.close();
        upload.close();
        assertThat(Tree.files(root)).isEmpty();
        assertThatThrownBy(() -> upload.write(1)).isInstanceOf(BackupAbortedException.class);
        assertThatThrownBy(upload::commit).isInstanceOf(BackupAbortedException.class);
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    @Test
    void after_a_commit_there_is_only_the_object() throws IOException {
        ObjectUpload upload = destination.upload("a/b");
        upload.write(1);
        upload.commit();
        assertThat(Tree.files(root)).containsExactly("a/", "a/b");
        assertThatIllegalStateException().isThrownBy(upload::commit);
        assertThatIllegalStateException().isThrownBy(() -> upload.write(1));
        upload.close();
        assertThat(keys(destination)).containsExactly("a/b");
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    @Test
    void a_refused_commit_leaves_nothing_and_is_refused_again() throws IOException {
        put(destination, "a/b", "1");
        try (ObjectUpload upload = destination.upload("a/b")) {
            assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, upload::commit);
            assertThat(Tree.files(root)).containsExactly("a/", "a/b");
            assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, upload::commit);
        }
    }

    @Test
    void the_date_is_that_of_the_commit_and_not_of_the_last_write() throws IOException {
        try (ObjectUpload early = destination.upload("early")) {
            early.write(new byte[65_536]);
            Files.setLastModifiedTime(
                    Tree.temporary(root), FileTime.from(Instant.now().minusSeconds(1_000)));
            ObjectInfo other = put(destination, "other", "1");
            ObjectInfo info = early.commit();
            assertThat(info.lastModified()).isAfterOrEqualTo(other.lastModified());
            assertThat(destination.stat("early")).contains(info);
        }
    }

    @Test
    void d12_an_interrupt_ends_the_upload_with_the_flag_kept() throws Exception {
        for (int size : new int[] {10, 200_000}) {
            ObjectUpload upload = destination.upload("k");
            upload.write(1);
            Future<Boolean> flag = threads.submit(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> upload.write(new byte[size])).isInstanceOf(BackupAbortedException.class);
                return Thread.interrupted();
            });
            assertThat(flag.get()).isTrue();
            assertThat(Tree.files(root)).isEmpty();
            assertThatThrownBy(upload::commit).isInstanceOf(BackupAbortedException.class);
            upload.close();
        }
    }

    @Test
    void d12_an_interrupt_ends_a_commit_with_the_flag_kept() throws Exception {
        try (ObjectUpload upload = destination.upload("k")) {
            upload.write(new byte[200_000]);
            Thread.currentThread().interrupt();
            assertThatThrownBy(upload::commit).isInstanceOf(BackupAbortedException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d12_an_interrupt_at_any_moment_leaves_an_object_or_nothing() throws Exception {
        Random random = new Random(12);
        for (int round = 0; round < 150; round++) {
            String key = "r" + round;
            CountDownLatch started = new CountDownLatch(1);
            Future<Boolean> committing = threads.submit(() -> {
                Thread writer = Thread.currentThread();
                threads.submit(() -> {
                    started.await();
                    spin(random.nextInt(400_000));
                    writer.interrupt();
                    return null;
                });
                ObjectUpload upload = destination.upload(key);
                started.countDown();
                try (upload) {
                    upload.write(new byte[100_000]);
                    upload.commit();
                    return true;
                } catch (BackupAbortedException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    return false;
                } finally {
                    while (!Thread.interrupted()) {
                        Thread.onSpinWait();
                    }
                }
            });
            boolean committed = committing.get();
            assertThat(destination.stat(key).isPresent()).as(key).isEqualTo(committed);
        }
        assertThat(Tree.temporaries(root)).isEmpty();
    }

    @Test
    void a_close_that_races_a_commit_leaves_an_object_or_nothing() throws Exception {
        int commits = 0;
        for (int round = 0; round < 300; round++) {
            String key = "r" + round;
            ObjectUpload upload = destination.upload(key);
            upload.write(new byte[100_000]);
            CyclicBarrier barrier = new CyclicBarrier(2);
            long delay = round * 5_000L;
            Future<?> closing = threads.submit(() -> {
                barrier.await();
                spin(delay);
                upload.close();
                return null;
            });
            barrier.await();
            boolean committed = commits(upload);
            closing.get();
            assertThat(destination.stat(key).isPresent()).as(key).isEqualTo(committed);
            commits += committed ? 1 : 0;
        }
        assertThat(commits).as("both outcomes were met").isBetween(1, 299);
        assertThat(Tree.temporaries(root)).isEmpty();
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    private static boolean commits(ObjectUpload upload) {
        try {
            upload.commit();
            return true;
        } catch (BackupAbortedException e) {
            return false;
        }
    }

    @Test
    void a_close_from_another_thread_ends_a_writer() throws Exception {
        ObjectUpload upload = destination.upload("k");
        CountDownLatch writing = new CountDownLatch(1);
        Future<?> writer = threads.submit(() -> {
            byte[] bytes = new byte[100_000];
            // Bounded, so that a broken close fails the test instead of filling the disk.
            for (int i = 0; i < 2_000; i++) {
                upload.write(bytes);
                writing.countDown();
            }
            return null;
        });
        writing.await();
        upload.close();
        assertThatThrownBy(() -> writer.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(BackupAbortedException.class);
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d17_a_link_whose_answer_was_lost_is_recognised_as_its_own() throws IOException {
        try (ObjectUpload upload = destination.upload("k")) {
            upload.write(new byte[65_536]);
            Files.createLink(root.resolve("k"), Tree.temporary(root));
            assertThat(upload.commit().size()).isEqualTo(65_536);
        }
        assertThat(Tree.files(root)).containsExactly("k");
    }

    @Test
    void d7_an_upload_whose_file_was_swept_away_publishes_nothing() throws IOException {
        try (ObjectUpload upload = destination.upload("a/k")) {
            upload.write(new byte[100_000]);
            Files.delete(Tree.temporary(root));
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, upload::commit);
        }
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d7_a_slow_upload_shows_life_and_the_heartbeat_changes_no_byte() throws IOException {
        try (Destination beating = Tree.open(root, Duration.ofMillis(20))) {
            for (int size : new int[] {0, 100, 65_536, 100_000}) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                try (ObjectUpload upload = beating.upload("k" + size)) {
                    upload.write(bytes, 0, size / 2);
                    Path temporary = Tree.temporary(root);
                    Files.setLastModifiedTime(temporary, FileTime.from(Instant.EPOCH));
                    await().atMost(5, TimeUnit.SECONDS)
                            .pollInterval(Duration.ofMillis(5))
                            .until(() -> Files.getLastModifiedTime(temporary)
                                    .toInstant()
                                    .isAfter(Instant.EPOCH));
                    upload.write(bytes, size / 2, size - size / 2);
                    upload.commit();
                }
                try (var in = beating.open("k" + size, 0)) {
                    assertThat(in.readAllBytes()).isEqualTo(bytes);
                }
            }
        }
        assertThat(Heartbeats.running()).isZero();
    }

    @Test
    void d7_heartbeats_between_many_writes_change_no_byte() throws IOException {
        byte[] bytes = new byte[30_000_000];
        new Random(7).nextBytes(bytes);
        try (Destination beating = Tree.open(root, Duration.ofNanos(20_000))) {
            put(beating, "k", bytes);
        }
        assertThat(Files.mismatch(root.resolve("k"), Files.write(root.resolve("expected"), bytes)))
                .isEqualTo(-1);
    }

    @Test
    void d12_an_interrupt_after_the_commit_point_does_not_break_the_sync_off() throws IOException {
        Thread.currentThread().interrupt();
        boolean synced = DirectorySync.sync(root);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(synced).isTrue();
    }

    @Test
    void uploads_into_a_directory_that_is_emptied_again_and_again_all_succeed() throws Exception {
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < 8; worker++) {
            String key = "a/b/c/w" + worker;
            workers.add(threads.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    put(destination, key, "1");
                    destination.delete(key);
                }
            }));
        }
        for (Future<?> worker : workers) {
            worker.get();
        }
        assertThat(Tree.files(root)).isEmpty();
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
