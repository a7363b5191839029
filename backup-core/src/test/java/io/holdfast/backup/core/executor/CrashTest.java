package io.holdfast.backup.core.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that die or stall in the middle of a backup, over the real driver and real directories. */
@EnabledOnOs(OS.LINUX)
class CrashTest {
    private static final Duration SHORT_GRACE = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void root() {
        root = directory.resolve("repository");
    }

    @Test
    void what_was_published_survives_processes_killed_at_random_moments() throws Exception {
        surviveKills(15);
    }

    @Test
    @Tag("soak")
    void what_was_published_survives_200_processes_killed_at_random_moments() throws Exception {
        surviveKills(200);
    }

    private void surviveKills(int kills) throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        System.out.println("crash seed: " + seed + " (repeat with -Dholdfast.seed=" + seed + ")");
        Random random = new Random(seed);
        Set<String> reported = new TreeSet<>();
        long longestNanos = Duration.ofMillis(300).toNanos();
        for (int i = 0; i < kills; i++) {
            try (WriterProcess writer = WriterProcess.start(root, random.nextLong())) {
                assertThat(writer.line()).isEqualTo("ready");
                if (random.nextBoolean()) {
                    long begun = System.nanoTime();
                    reported.add(new BackupId(writer.line()).value());
                    longestNanos = Math.max(longestNanos, System.nanoTime() - begun);
                }
                writer.killAfter((long) (random.nextDouble() * longestNanos)).stream()
                        .filter(BackupId::isValid)
                        .forEach(reported::add);
            }
        }
        try (Destination destination = Destinations.open(root.toUri())) {
            System.out.println(
                    "crash: kills=" + kills + " reported=" + reported.size() + " left=" + leftBy(destination));
            requireSound(destination, reported);
            sweepAll(destination);
            requireSound(destination, reported);
        }
    }

    /** Every listed backup is whole, and none that was reported is missing. */
    private static void requireSound(Destination destination, Collection<String> reported) {
        Repository repository = Repository.openReadOnly(destination);
        Verifier verifier = new Verifier(repository);
        Set<String> listed = new TreeSet<>();
        for (BackupEntry entry : repository.list()) {
            assertThat(verifier.verify(entry.id(), VerifyLevel.DECODED).damage())
                    .isEmpty();
            listed.add(entry.id().value());
        }
        assertThat(listed).containsAll(reported);
    }

    /** Sweeps until nothing is left but void markers, the description and what is published. */
    private void sweepAll(Destination destination) {
        Repository repository = Repository.open(
                destination,
                RepositoryConfig.builder(Writer.STORE).grace(SHORT_GRACE).build());
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(repository.sweep().failures()).isEmpty();
            assertThat(unexpectedFiles(repository)).isEmpty();
        });
    }

    private List<String> unexpectedFiles(Repository repository) throws IOException {
        Set<String> published = repository.list().stream()
                .map(entry -> "backups/" + entry.id())
                .collect(Collectors.toCollection(HashSet::new));
        List<String> unexpected = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = root.relativize(file).toString();
                String folder = key.substring(0, Math.max(0, key.lastIndexOf('/')));
                boolean expected = key.equals("repository.json")
                        || (published.contains(folder) && !key.endsWith(".tmp"))
                        || (folder.startsWith("backups/") && isVoid(file));
                if (!expected) {
                    unexpected.add(key);
                }
            }
        }
        return unexpected;
    }

    private static boolean isVoid(Path file) throws IOException {
        return file.endsWith("manifest.json")
                && Files.readString(file).replace(" ", "").contains("\"object\":\"void\"");
    }

    /** How far the attempts were that were never published: the names in their folders, and how often. */
    private TreeMap<String, Integer> leftBy(Destination destination) {
        TreeMap<String, TreeSet<String>> folders = new TreeMap<>();
        try (Stream<ObjectInfo> objects = destination.list("backups/", "")) {
            objects.map(ObjectInfo::key)
                    .map(key -> key.split("/", 3))
                    .forEach(parts -> folders.computeIfAbsent(parts[1], id -> new TreeSet<>())
                            .add(parts[2]));
        }
        TreeMap<String, Integer> left = new TreeMap<>();
        folders.values().forEach(names -> left.merge(names.toString(), 1, Integer::sum));
        return left;
    }

    @ParameterizedTest
    @ValueSource(strings = {"payload.bin", "payload-ids.bin", "manifest.json"})
    void a_writer_that_was_stopped_past_its_grace_and_swept_is_refused(String stoppedBefore) throws Exception {
        try (WriterProcess writer = WriterProcess.start(root, 1, stoppedBefore);
                Destination destination = Destinations.open(root.toUri())) {
            assertThat(writer.line()).isEqualTo("ready");
            assertThat(writer.line()).isEqualTo("waiting");
            writer.stop();
            await().until(writer::isStopped);
            Repository sweeping = Repository.open(
                    destination,
                    RepositoryConfig.builder(Writer.STORE).grace(SHORT_GRACE).build());
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> sweeping.sweep().voided().size() == 1);

            writer.goOn();

            assertThat(writer.line()).isEqualTo("goes on");
            assertThat(writer.line()).isEqualTo(ErrorCode.BACKUP_ABORTED.wireValue());
            assertThat(sweeping.list()).isEmpty();
            assertThat(unexpectedFiles(sweeping)).isEmpty();
        }
    }
}
