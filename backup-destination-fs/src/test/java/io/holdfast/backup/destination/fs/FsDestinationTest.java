package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.assertFails;
import static io.holdfast.backup.destination.fs.Tree.get;
import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationException;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the contract that need one process and no fault. */
class FsDestinationTest {
    @TempDir
    Path root;

    Destination destination;

    @BeforeEach
    void open() {
        destination = Tree.open(root);
    }

    @AfterEach
    void close() {
        destination.close();
    }

    @Test
    void d1_nothing_is_seen_before_the_commit() throws IOException {
        try (ObjectUpload upload = destination.upload("a/b")) {
            upload.write(new byte[200_000]);
            assertThat(keys(destination)).isEmpty();
            assertThat(destination.stat("a/b")).isEmpty();
            assertFails(ErrorCode.DESTINATION_OBJECT_MISSING, () -> destination.open("a/b", 0));
            upload.commit();
        }
        assertThat(keys(destination)).containsExactly("a/b");
    }

    @Test
    void d2_a_taken_key_keeps_its_bytes() throws IOException {
        put(destination, "a/b", "first");
        assertFails(ErrorCode.DESTINATION_OBJECT_EXISTS, () -> put(destination, "a/b", "second"));
        assertThat(get(destination, "a/b")).isEqualTo("first");
        assertThat(Tree.files(root)).containsExactly("a/", "a/b");
    }

    @Test
    void d2_exclusive_commits_are_declared_where_hard_links_are() throws IOException {
        assertThat(destination.info().capabilities()).contains(Capability.EXCLUSIVE_COMMIT);
        assertThat(Tree.temporaries(root)).isEmpty();
    }

    @Test
    void d4_another_handle_sees_it_at_once() throws IOException {
        try (Destination other = Tree.open(root)) {
            ObjectInfo info = put(destination, "a/b", "text");
            assertThat(get(other, "a/b")).isEqualTo("text");
            assertThat(other.stat("a/b")).contains(info);
            try (Stream<ObjectInfo> listed = other.list("", "")) {
                assertThat(listed).containsExactly(info);
            }
            other.delete("a/b");
            assertThat(destination.stat("a/b")).isEmpty();
            assertThat(keys(destination)).isEmpty();
        }
    }

    @Test
    void d6_deleting_removes_the_object_and_the_directories_that_it_leaves_empty() throws IOException {
        put(destination, "a/b/c", "1");
        put(destination, "a/d", "2");
        destination.delete("a/b/c");
        assertThat(Tree.files(root)).containsExactly("a/", "a/d");
        destination.delete("a/d");
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d6_deleting_what_is_not_there_is_fine() {
        put(destination, "a/b", "1");
        for (String key : List.of("a/c", "x/y/z", "a", "a/b/c")) {
            destination.delete(key);
        }
        assertThat(keys(destination)).containsExactly("a/b");
    }

    @Test
    void d6_deleting_a_folder_s_name_leaves_even_an_empty_directory() throws IOException {
        Files.createDirectory(root.resolve("a"));
        destination.delete("a");
        assertThat(root.resolve("a")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 65_535, 65_536, 65_537, 200_000})
    void d8_a_read_begins_anywhere(int offset) throws IOException {
        byte[] bytes = randomBytes(200_000);
        put(destination, "k", bytes);
        try (InputStream in = destination.open("k", offset)) {
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, offset, bytes.length));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void d8_an_offset_outside_of_the_object_is_refused() {
        put(destination, "k", "12345");
        assertThatIllegalArgumentException().isThrownBy(() -> destination.open("k", 6));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.open("k", -1));
        assertThat(OpenFiles.below(root)).isEmpty();
    }

    @Test
    void d8_an_object_that_ends_early_is_a_retryable_failure() throws IOException {
        put(destination, "k", randomBytes(300_000));
        try (InputStream in = destination.open("k", 0)) {
            in.readNBytes(100_000);
            try (FileChannel file = FileChannel.open(root.resolve("k"), StandardOpenOption.WRITE)) {
                file.truncate(150_000);
            }
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, in::readAllBytes);
        }
    }

    @Test
    void d9_a_missing_key_is_missing() {
        put(destination, "a/b", "1");
        for (String key : List.of("x", "a/x", "x/y", "a", "a/b/c")) {
            assertThat(destination.stat(key)).as(key).isEmpty();
            assertFails(ErrorCode.DESTINATION_OBJECT_MISSING, () -> destination.open(key, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", ".", "..", "a/../b", "a b", "a~b", "a\\b", "ä", "a\0b", "C:a"})
    void d10_what_is_no_key_is_refused(String key) throws IOException {
        assertThatIllegalArgumentException().isThrownBy(() -> destination.upload(key));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.open(key, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.stat(key));
        assertThatIllegalArgumentException().isThrownBy(() -> destination.delete(key));
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void d10_the_longest_keys_work() throws IOException {
        String key = "s".repeat(128) + "/" + "t".repeat(128) + "/" + "u".repeat(128) + "/" + "v".repeat(125);
        String deep = "a/".repeat(255) + "bc";
        put(destination, key, "1");
        put(destination, deep, "2");
        assertThat(get(destination, key) + get(destination, deep)).isEqualTo("12");
        assertThat(keys(destination)).containsExactly(deep, key);
        destination.delete(deep);
        destination.delete(key);
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void a_key_that_another_key_continues_is_a_conflict() {
        put(destination, "a/b", "1");
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> put(destination, "a", "2"));
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> destination.upload("a/b/c"));
        assertThat(keys(destination)).containsExactly("a/b");
    }

    @Test
    void d12_an_interrupted_thread_stops_with_its_flag_kept() throws IOException {
        put(destination, "k", randomBytes(100_000));
        InputStream in = destination.open("k", 0);
        Stream<ObjectInfo> listed = destination.list("", "");
        try (in;
                listed) {
            Thread.currentThread().interrupt();
            assertAborts(() -> destination.upload("x"));
            assertAborts(() -> destination.open("k", 0));
            assertAborts(() -> destination.stat("k"));
            assertAborts(() -> destination.delete("k"));
            assertAborts(() -> destination.discardAbandoned(Instant.EPOCH));
            assertAborts(() -> destination.check());
            assertAborts(() -> in.read(new byte[10]));
            assertAborts(listed::toList);
        } finally {
            Thread.interrupted();
        }
        assertThat(keys(destination)).containsExactly("k");
    }

    private static void assertAborts(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BackupAbortedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void d13_a_failure_names_operation_key_and_path_and_keeps_its_cause() {
        put(destination, "a/b", "1");
        assertThatThrownBy(() -> put(destination, "a/b", "2"))
                .isInstanceOfSatisfying(
                        DestinationException.class, e -> assertThat(e.key()).contains("a/b"))
                .hasMessageContaining("publish")
                .hasMessageContaining("\"a/b\"")
                .hasMessageContaining(root.resolve("a/b").toString())
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void d14_closing_ends_everything_and_leaves_nothing() throws IOException {
        put(destination, "k", randomBytes(100_000));
        InputStream in = destination.open("k", 0);
        ObjectUpload upload = destination.upload("x/y");
        upload.write(new byte[100_000]);
        Stream<ObjectInfo> listed = destination.list("", "");
        destination.close();
        destination.close();
        assertThatThrownBy(() -> in.read(new byte[10])).isInstanceOf(BackupAbortedException.class);
        assertThatThrownBy(() -> upload.write(1)).isInstanceOf(BackupAbortedException.class);
        assertThatThrownBy(upload::commit).isInstanceOf(BackupAbortedException.class);
        upload.close();
        in.close();
        assertThatIllegalStateException().isThrownBy(listed::toList);
        assertThat(Tree.files(root)).containsExactly("k");
        assertThat(OpenFiles.below(root)).isEmpty();
        assertThat(Heartbeats.running()).isZero();
    }

    @Test
    void d14_every_call_after_close_is_an_illegal_state() {
        destination.close();
        assertThatIllegalStateException().isThrownBy(() -> destination.info());
        assertThatIllegalStateException().isThrownBy(() -> destination.upload("k"));
        assertThatIllegalStateException().isThrownBy(() -> destination.open("k", 0));
        assertThatIllegalStateException().isThrownBy(() -> destination.stat("k"));
        assertThatIllegalStateException().isThrownBy(() -> destination.list("", ""));
        assertThatIllegalStateException().isThrownBy(() -> destination.delete("k"));
        assertThatIllegalStateException().isThrownBy(() -> destination.discardAbandoned(Instant.EPOCH));
        assertThatIllegalStateException().isThrownBy(() -> destination.check());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003})
    void d15_every_size_works_alike(int size) throws IOException {
        byte[] bytes = randomBytes(size);
        ObjectInfo info = put(destination, "k", bytes);
        assertThat(info.size()).isEqualTo(size);
        assertThat(destination.stat("k")).contains(info);
        try (InputStream in = destination.open("k", 0)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void d15_single_bytes_and_large_writes_mix() throws IOException {
        byte[] bytes = randomBytes(300_000);
        try (ObjectUpload upload = destination.upload("k")) {
            upload.write(bytes[0]);
            upload.write(bytes, 1, 70_000);
            upload.flush();
            upload.write(bytes, 70_001, 229_998);
            upload.write(bytes[299_999]);
            upload.commit();
        }
        try (InputStream in = destination.open("k", 0)) {
            for (int i = 0; i < 10; i++) {
                assertThat((byte) in.read()).isEqualTo(bytes[i]);
            }
            assertThat(in.available()).isEqualTo(299_990);
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 10, bytes.length));
        }
    }

    @Test
    void d18_files_and_directories_are_private_and_the_operator_s_are_left_alone() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x---"));
        Path existing = Files.createDirectory(root.resolve("e"));
        Files.setPosixFilePermissions(existing, PosixFilePermissions.fromString("rwxr-xr-x"));
        put(destination, "e/f/g", "1");
        assertThat(permissions("")).isEqualTo("rwxr-x---");
        assertThat(permissions("e")).isEqualTo("rwxr-xr-x");
        assertThat(permissions("e/f")).isEqualTo("rwx------");
        assertThat(permissions("e/f/g")).isEqualTo("rw-------");
    }

    private String permissions(String key) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(key)));
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
