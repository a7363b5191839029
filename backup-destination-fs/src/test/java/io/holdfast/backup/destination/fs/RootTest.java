package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.assertFails;
import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root that goes away is never an empty destination (D9), and nothing leads out of it (D10). */
class RootTest {
    @TempDir
    Path dir;

    Path root;
    Path aside;
    Destination destination;

    @BeforeEach
    void open() {
        root = dir.resolve("root");
        aside = dir.resolve("aside");
        destination = Tree.open(root);
        put(destination, "a/b", "text");
    }

    @AfterEach
    void close() {
        destination.close();
    }

    @Test
    void a_root_that_is_gone_is_not_found() throws IOException {
        Files.move(root, aside);
        assertEverythingFails(ErrorCode.DESTINATION_NOT_FOUND);
        assertThat(root).doesNotExist();
        Files.move(aside, root);
        assertThat(keys(destination)).containsExactly("a/b");
    }

    @Test
    void an_empty_directory_in_the_root_s_place_is_not_an_empty_destination() throws IOException {
        Files.move(root, aside);
        Files.createDirectory(root);
        assertEverythingFails(ErrorCode.DESTINATION_NOT_FOUND);
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void a_file_or_a_link_in_the_root_s_place_is_not_the_root() throws IOException {
        Files.move(root, aside);
        Files.createFile(root);
        assertEverythingFails(ErrorCode.DESTINATION_NOT_FOUND);
        Files.delete(root);
        Files.createSymbolicLink(root, aside);
        assertEverythingFails(ErrorCode.DESTINATION_NOT_FOUND);
    }

    private void assertEverythingFails(ErrorCode code) {
        for (String key : new String[] {"a/b", "x/y"}) {
            assertFails(code, () -> destination.stat(key));
            assertFails(code, () -> destination.open(key, 0));
            assertFails(code, () -> destination.delete(key));
            assertFails(code, () -> destination.upload(key));
        }
        assertFails(code, () -> keys(destination));
        assertFails(code, () -> keys(destination, "x/", ""));
        assertFails(code, () -> destination.discardAbandoned(Instant.MAX));
        assertThat(destination.check())
                .extracting(Finding::severity, Finding::code)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Finding.Severity.ERROR, code.wireValue()));
    }

    @Test
    void a_listing_whose_root_goes_away_does_not_end_as_if_complete() throws IOException {
        put(destination, "c/d", "text");
        try (Stream<ObjectInfo> listed = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/b");
            Files.move(root, aside);
            Files.createDirectory(root);
            assertFails(ErrorCode.DESTINATION_NOT_FOUND, objects::hasNext);
        }
    }

    @Test
    void a_listing_that_ends_in_another_root_does_not_end_as_if_complete() throws IOException {
        put(destination, "c/d", "text");
        try (Stream<ObjectInfo> listed = destination.list("", "")) {
            Iterator<ObjectInfo> objects = listed.iterator();
            assertThat(objects.next().key()).isEqualTo("a/b");
            Files.move(root, aside);
            Files.createDirectories(root.resolve("c"));
            assertFails(ErrorCode.DESTINATION_NOT_FOUND, objects::hasNext);
        }
    }

    @Test
    void an_upload_whose_root_goes_away_publishes_nothing() throws IOException {
        try (ObjectUpload upload = destination.upload("x/y")) {
            upload.write(1);
            Files.move(root, aside);
            Files.createDirectory(root);
            assertFails(ErrorCode.DESTINATION_NOT_FOUND, upload::commit);
        }
        assertThat(Tree.files(root)).isEmpty();
    }

    @Test
    void no_link_is_followed_out_of_the_root() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "s");
        Files.createSymbolicLink(root.resolve("out"), outside);
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("nowhere"), dir.resolve("nowhere"));
        for (String key : new String[] {"out/secret", "out/new", "file", "nowhere"}) {
            assertConflict(() -> destination.stat(key));
            assertConflict(() -> destination.open(key, 0));
            assertConflict(() -> put(destination, key, "x"));
            assertConflict(() -> destination.delete(key));
        }
        destination.discardAbandoned(Instant.MAX);
        assertThat(Tree.files(outside)).containsExactly("secret");
        assertThat(outside.resolve("secret")).hasContent("s");
        assertThat(dir.resolve("nowhere")).doesNotExist();
    }

    @Test
    void a_pipe_in_an_object_s_place_blocks_nobody() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertConflict(() -> destination.open("pipe", 0));
        assertConflict(() -> destination.stat("pipe"));
    }

    private static void assertConflict(ThrowingCallable call) {
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, call);
    }
}
