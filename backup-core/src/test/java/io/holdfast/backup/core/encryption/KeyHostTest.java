package io.holdfast.backup.core.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.KeyRotation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Hosts with different keys, as processes of their own over the real driver, and rotations that are killed there. */
@EnabledOnOs(OS.LINUX)
class KeyHostTest {
    private static final Keys HOST = new Keys("OLD", "NEW");
    private static final List<String> ROTATING = List.of("OLD", "NEW");

    @TempDir
    Path directory;

    @Test
    void a_process_with_public_keys_and_the_repository_key_does_everything_but_read_a_payload() throws Exception {
        Path root = directory.resolve("repository");
        try (KeyHostProcess host =
                KeyHostProcess.start(root, List.of("REPOSITORY"), "back-up", Keys.publicKey("PRIVATE"))) {
            String published = host.line();
            assertThat(published).startsWith("published ");
            assertThat(host.lines())
                    .containsExactly(
                            "listed [" + published.substring("published ".length()) + "]",
                            "held [note-0, note-1, note-2, note-3, note-4]",
                            "encryption_key_unavailable");
        }
        try (KeyHostProcess elsewhere =
                KeyHostProcess.start(root, List.of("PRIVATE"), "restore", Keys.idOf("REPOSITORY"))) {
            assertThat(elsewhere.lines()).containsExactly("restored 5", "done");
        }
    }

    @Test
    void a_process_with_another_private_key_restores_nothing() throws Exception {
        Path root = directory.resolve("repository");
        try (KeyHostProcess host =
                KeyHostProcess.start(root, List.of("REPOSITORY"), "back-up", Keys.publicKey("OTHER"))) {
            assertThat(host.lines()).hasSize(4);
        }
        try (KeyHostProcess elsewhere =
                KeyHostProcess.start(root, List.of("PRIVATE"), "restore", Keys.idOf("REPOSITORY"))) {
            assertThat(elsewhere.lines()).containsExactly("encryption_key_unavailable");
        }
    }

    @Test
    void a_rotation_that_is_killed_before_any_step_leaves_every_backup_readable() throws Exception {
        Path original = directory.resolve("original");
        backUp(original, 1);
        Set<String> seen = new HashSet<>();
        for (int step = 1; ; step++) {
            Path root = copy(original, directory.resolve("step-" + step));
            String said;
            try (KeyHostProcess host = rotate(root, step)) {
                said = host.line();
            }
            requireAllReadable(root, 1);
            if (said.equals("done")) {
                break;
            }
            seen.add(said.split(" ")[1]);
            finish(root);
            requireReadable(root, HOST.config().recipient("env:NEW").build(), 1);
        }
        assertThat(seen).contains("commit", "delete", "open", "list");
    }

    private static KeyHostProcess rotate(Path root, int waiting) throws IOException {
        return KeyHostProcess.start(root, ROTATING, "rotate", "env:OLD", "env:NEW", Integer.toString(waiting));
    }

    @Test
    @Tag("soak")
    void rotations_that_are_killed_at_100_random_moments_leave_50_backups_readable() throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("rotation seed: " + seed + " (repeat with -Dholdfast.seed=" + seed + ")");
        Random random = new Random(seed);
        Path root = directory.resolve("repository");
        backUp(root, 50);
        for (int i = 0; i < 100; i++) {
            // Every other time two at once, in opposite directions.
            try (KeyHostProcess forth = rotateForEver(root, "env:OLD", "env:NEW")) {
                if (i % 2 == 1) {
                    try (KeyHostProcess back = rotateForEver(root, "env:NEW", "env:OLD")) {
                        assertThat(back.line()).isEqualTo("ready");
                        kill(forth, random);
                        kill(back, random);
                    }
                } else {
                    kill(forth, random);
                }
            }
            requireAllReadable(root, 50);
        }
        finish(root);
        requireReadable(root, HOST.config().recipient("env:NEW").build(), 50);
    }

    private static void kill(KeyHostProcess host, Random random) throws Exception {
        assertThat(host.line()).isEqualTo("ready");
        host.killAfter((long) (random.nextDouble() * Duration.ofMillis(1500).toNanos()));
    }

    private static void finish(Path root) {
        EncryptionConfig encryption =
                HOST.config().recipient("env:NEW").accept("env:OLD").build();
        try (Destination destination = Destinations.open(root.toUri())) {
            Repository repository = Repository.open(
                    destination,
                    RepositoryConfig.builder(KeyHost.STORE)
                            .encryption(encryption)
                            .build());
            new KeyRotation(repository).rotateAll((done, total) -> {}, new Cancellation());
        }
    }

    private static KeyHostProcess rotateForEver(Path root, String from, String to) throws IOException {
        return KeyHostProcess.start(root, ROTATING, "rotate-for-ever", from, to);
    }

    private static void backUp(Path root, int count) {
        try (Destination destination = Destinations.open(root.toUri())) {
            Repository repository = Repository.open(
                    destination,
                    RepositoryConfig.builder(KeyHost.STORE)
                            .encryption(HOST.config().recipient("env:OLD").build())
                            .build());
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                for (int i = 0; i < count; i++) {
                    executor.run(NoteStore.filled(5), BackupRequest.manual());
                }
            }
        }
    }

    private static void requireAllReadable(Path root, int count) {
        requireReadable(
                root, HOST.config().recipient("env:OLD").recipient("env:NEW").build(), count);
    }

    private static void requireReadable(Path root, EncryptionConfig encryption, int count) {
        try (Destination destination = Destinations.open(root.toUri())) {
            Repository repository = Repository.openReadOnly(destination, encryption);
            List<BackupEntry> backups = repository.list();
            assertThat(backups).hasSize(count);
            for (BackupEntry backup : backups) {
                NoteStore restored = new NoteStore();
                new Restorer(repository).restore(backup.id(), restored);
                assertThat(restored.notes()).isEqualTo(NoteStore.filled(5).notes());
            }
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            walk.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }
}
