package io.holdfast.backup.destination.fs;

import static io.holdfast.backup.destination.fs.Tree.keys;
import static io.holdfast.backup.destination.fs.Tree.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweep of what dead uploads have left (D7). */
class AbandonedUploadsTest {
    private static final String FOREIGN = "holdfast~1-abc~00000000-0000-0000-0000-000000000000.tmp";
    private static final Instant LIMIT = Instant.parse("2030-01-01T00:00:00.500Z");

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
    void an_idle_file_goes_with_the_directories_that_it_leaves_empty() throws IOException {
        put(destination, "a/k", "1");
        foreign("a/b/c", LIMIT.minusMillis(1));
        foreign("x/y", LIMIT.minusMillis(1));
        foreign("", LIMIT.minusMillis(1));
        assertThat(destination.discardAbandoned(LIMIT)).isEqualTo(3);
        assertThat(Tree.files(root)).containsExactly("a/", "a/k");
        assertThat(destination.discardAbandoned(LIMIT)).isZero();
    }

    @Test
    void a_file_written_to_at_or_after_the_limit_is_spared() throws IOException {
        foreign("a", LIMIT);
        foreign("b", LIMIT.plusSeconds(1));
        foreign("c", Instant.parse("2100-01-01T00:00:00.1Z"));
        assertThat(destination.discardAbandoned(LIMIT)).isZero();
        assertThat(Tree.temporaries(root)).hasSize(3);
    }

    @Test
    void a_time_that_may_have_been_cut_to_seconds_is_taken_for_the_later_one() throws IOException {
        foreign("a", Instant.parse("2029-12-31T23:59:59Z"));
        assertThat(destination.discardAbandoned(LIMIT)).isZero();
        assertThat(destination.discardAbandoned(LIMIT.plusSeconds(2))).isEqualTo(1);
    }

    @Test
    void uploads_of_this_process_are_spared_by_every_handle() throws IOException {
        try (Destination other = Tree.open(root);
                ObjectUpload upload = other.upload("a/k")) {
            upload.write(1);
            Files.setLastModifiedTime(Tree.temporary(root), FileTime.from(Instant.EPOCH));
            assertThat(destination.discardAbandoned(Instant.MAX)).isZero();
            assertThat(other.discardAbandoned(Instant.MAX)).isZero();
            upload.commit();
        }
        assertThat(keys(destination)).containsExactly("a/k");
    }

    @Test
    void whatever_else_an_operator_keeps_there_is_spared() throws IOException {
        Files.createFile(root.resolve("notes~1.tmp"));
        Files.createFile(root.resolve("holdfast~notes.tmp"));
        Files.createDirectories(root.resolve("lost+found/" + FOREIGN));
        Files.createDirectories(root.resolve(FOREIGN));
        assertThat(destination.discardAbandoned(Instant.MAX)).isZero();
        assertThat(Tree.files(root)).hasSize(5);
    }

    @Test
    void a_directory_that_was_made_for_an_upload_that_never_began_goes_when_it_is_old() throws IOException {
        Path empty = Files.createDirectories(root.resolve("a/b"));
        Files.setLastModifiedTime(empty, FileTime.from(LIMIT));
        Files.setLastModifiedTime(root.resolve("a"), FileTime.from(LIMIT));
        destination.discardAbandoned(LIMIT);
        assertThat(empty).exists();
        destination.discardAbandoned(LIMIT.plusSeconds(1));
        assertThat(Tree.files(root)).isEmpty();
    }

    private void foreign(String folder, Instant modified) throws IOException {
        Path directory = Files.createDirectories(root.resolve(folder));
        Path file = Files.writeString(directory.resolve(FOREIGN), "half");
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }
}
