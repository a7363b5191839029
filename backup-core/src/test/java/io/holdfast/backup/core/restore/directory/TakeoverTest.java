package io.holdfast.backup.core.restore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.testing.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plain directory of an engine becomes the first generation. */
class TakeoverTest {
    @TempDir
    Path directory;

    private Path plain;

    @BeforeEach
    void an_engine_has_lived_here() throws IOException {
        plain = Files.createDirectory(directory.resolve("db"));
        FileNotes.write(plain, "live");
        // RocksDB has a file of this name, too.
        Files.writeString(plain.resolve("CURRENT"), "MANIFEST-000004\n");
    }

    private DirectorySwap swap(Consumer<String> steps) {
        return DirectorySwap.builder(plain, Bench.STORE, FileNotes::new)
                .steps(steps)
                .build();
    }

    private DirectorySwap swap() {
        return swap(step -> {});
    }

    private void requireTakenOver() throws IOException {
        Path current = swap().current();
        assertThat(current.getParent()).isEqualTo(plain);
        assertThat(FileNotes.read(current)).isEqualTo("live");
        assertThat(current.resolve("CURRENT")).hasContent("MANIFEST-000004");
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void a_plain_directory_becomes_the_first_generation() throws IOException {
        swap().takeOver();
        requireTakenOver();
        swap().takeOver();
        requireTakenOver();
    }

    @Test
    void without_being_asked_a_plain_directory_is_refused_and_left_alone() throws IOException {
        assertThat(Bench.codeOf(() -> swap().current())).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        assertThat(FileNotes.read(plain)).isEqualTo("live");
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void a_takeover_that_stops_before_any_step_is_finished_later() throws IOException {
        for (int last = 1; last < 100; last++) {
            int[] steps = {last};
            DirectorySwap stopping = swap(step -> {
                if (--steps[0] == 0) {
                    throw new Stopped();
                }
            });
            try {
                stopping.takeOver();
                assertThat(last).isGreaterThan(5);
                break;
            } catch (Stopped e) {
                if (Files.exists(plain.resolve("note-0"))) {
                    // Nothing has moved yet.
                    assertThatThrownBy(() -> swap().current()).hasMessageContaining("takeOver");
                    assertThat(FileNotes.read(plain)).isEqualTo("live");
                } else {
                    requireTakenOver();
                    Files.move(plain.resolve("store-1"), directory.resolve("again"));
                    for (String name : List.of("CURRENT", "LOCK")) {
                        Files.deleteIfExists(plain.resolve(name));
                    }
                    Files.delete(plain);
                    Files.move(directory.resolve("again"), plain);
                }
            }
        }
        swap().takeOver();
        requireTakenOver();
    }

    @Test
    void data_in_both_places_is_refused_and_left_alone() throws IOException {
        Path making = Files.createDirectories(directory.resolve("db.taking-over/store-1"));
        FileNotes.write(making, "other");
        assertThat(Bench.codeOf(() -> swap().takeOver())).isEqualTo(ErrorCode.RESTORE_PRECONDITION_FAILED);
        assertThat(FileNotes.read(plain)).isEqualTo("live");
        assertThat(FileNotes.read(making)).isEqualTo("other");
    }
}
