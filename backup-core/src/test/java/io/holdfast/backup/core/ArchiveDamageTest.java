package io.holdfast.backup.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.BackupKind;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every single-bit flip and every truncation of every object of a small archive, and every object removed. The table of what
 * came of it is printed and written to {@code target/archive-damage.csv}.
 */
class ArchiveDamageTest {
    private static final StoreIdentity FIRST = new StoreIdentity("notes-1", "notes");
    private static final StoreIdentity SECOND = new StoreIdentity("notes-2", "notes");
    private static final SortedMap<String, SortedMap<String, Integer>> TABLE = new TreeMap<>();

    @TempDir
    Path directory;

    private final NoteStore store = NoteStore.filled(20);
    private Destination destination;
    private Repository writer;
    private Repository reader;
    private BackupId published;
    private BackupId inFlight;

    /** An archive with one object of every kind. */
    @BeforeEach
    void make_an_archive() {
        destination = Destinations.open(directory.toUri());
        Repository.open(destination, RepositoryConfig.builder(FIRST).build());
        writer = Repository.adoptStore(
                destination, RepositoryConfig.builder(SECOND).owner("test").build());
        try (BackupExecutor executor = BackupExecutor.builder(writer).build()) {
            published = executor.run(store, BackupRequest.manual().withLabels(Map.of("why", "test")))
                    .backupId();
        }
        new Verifier(writer).verify(published, VerifyLevel.DECODED);
        writer.pin(published, "operator", "to be kept");
        inFlight =
                writer.begin(BackupKind.MANUAL, writer.newId(), "job-1", null).id();
        reader = Repository.openReadOnly(destination);
    }

    @AfterEach
    void close() {
        destination.close();
    }

    @AfterAll
    static void print_the_table() throws IOException {
        StringBuilder csv = new StringBuilder("object,damage,outcome,count\n");
        TABLE.forEach((what, outcomes) -> outcomes.forEach((outcome, count) -> csv.append(what)
                .append(',')
                .append(outcome)
                .append(',')
                .append(count)
                .append('\n')));
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "archive-damage.csv"), csv);
        System.out.println(csv);
    }

    @Test
    void a_damaged_manifest_is_listed_as_damaged_and_never_restored() throws IOException {
        damage("manifest.json", backupFile("manifest.json"), this::requireRefused);
    }

    @Test
    void a_damaged_payload_is_never_restored() throws IOException {
        damage("payload.bin", backupFile("payload.bin"), this::requireRefused);
    }

    @Test
    void damaged_payload_ids_are_found_by_every_verification_that_reads_them() throws IOException {
        damage("payload-ids.bin", backupFile("payload-ids.bin"), () -> {
            ErrorCode found = damageFoundBy(VerifyLevel.DIGEST).orElseThrow();
            assertThat(damageFoundBy(VerifyLevel.DECODED)).contains(found);
            return "verify: " + found.wireValue();
        });
    }

    @Test
    void a_damaged_description_stops_writers_and_no_restore() throws IOException {
        damage("repository.json", directory.resolve("repository.json"), () -> {
            requireRestorable();
            return "write: " + codeOf(this::openForWriting).orElseThrow().wireValue() + "; restore: works";
        });
    }

    @Test
    void a_damaged_adoption_stops_writers_and_no_restore() throws IOException {
        damage("lineage/000001.json", directory.resolve("lineage/000001.json"), () -> {
            Optional<ErrorCode> code = codeOf(this::openForWriting);
            if (Files.exists(directory.resolve("lineage/000001.json"))) {
                requireRestorable();
            }
            return "write: " + code.orElseThrow().wireValue();
        });
    }

    @Test
    void a_damaged_pin_still_pins() throws IOException {
        Path pin = backupFile("pins/operator.json");
        damage("pins/operator.json", pin, () -> {
            requireAvailable();
            if (!Files.exists(pin)) {
                return "gone: deletable";
            }
            assertThatThrownBy(() -> writer.delete(published))
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_OBJECT_LOCKED));
            return "delete: " + ErrorCode.DESTINATION_OBJECT_LOCKED.wireValue();
        });
    }

    @Test
    void a_damaged_intent_is_still_an_attempt_that_a_sweep_spares() throws IOException {
        Path intent = directory.resolve("backups/" + inFlight + "/intent.json");
        damage("intent.json", intent, () -> {
            requireAvailable();
            boolean existed = Files.exists(intent);
            assertThat(writer.sweep().voided()).isEmpty();
            assertThat(Files.exists(intent)).isEqualTo(existed);
            return "sweep: spared";
        });
    }

    @Test
    void a_damaged_verification_counts_as_none() throws IOException {
        Path verifications = backupFile("verifications");
        Path kept;
        try (Stream<Path> files = Files.list(verifications)) {
            kept = files.findFirst().orElseThrow();
        }
        damage("verifications/*.json", kept, () -> {
            requireAvailable();
            assertThat(reader.get(published).verification()).isEmpty();
            return "list: not verified";
        });
    }

    private interface Check {
        String outcome() throws IOException;
    }

    /** Damages a file in every way, one at a time, and records what the check says of each. */
    private void damage(String object, Path file, Check check) throws IOException {
        byte[] sound = Files.readAllBytes(file);
        requireRestorable();
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, flipped);
            record(object, "flip", check, "bit " + bit);
        }
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            record(object, "truncation", check, "length " + length);
        }
        Files.delete(file);
        record(object, "removal", check, "removed");
        Files.write(file, sound);
        requireRestorable();
    }

    private static void record(String object, String damage, Check check, String at) {
        String outcome;
        try {
            outcome = check.outcome();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(object + ", " + damage + " at " + at, e);
        }
        TABLE.computeIfAbsent(object + "," + damage, key -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
    }

    private String requireRefused() {
        NoteStore fresh = new NoteStore();
        ErrorCode code = codeOf(() -> new Restorer(reader).restore(published, fresh))
                .orElseThrow(() -> new AssertionError("the restore returned normally"));
        assertThat(fresh.notes()).isEmpty();
        assertThat(code)
                .isIn(Set.of(
                        ErrorCode.MANIFEST_INVALID,
                        ErrorCode.MANIFEST_TAMPERED,
                        ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                        ErrorCode.BACKUP_INCOMPLETE,
                        ErrorCode.BACKUP_NOT_FOUND,
                        ErrorCode.INTEGRITY_MISMATCH));
        List<BackupEntry> listed = reader.list();
        if (code == ErrorCode.INTEGRITY_MISMATCH) {
            assertThat(damageFoundBy(VerifyLevel.DIGEST)).contains(code);
            assertThat(damageFoundBy(VerifyLevel.DECODED)).contains(code);
        } else if (code == ErrorCode.BACKUP_NOT_FOUND) {
            assertThat(listed).isEmpty();
        } else {
            assertThat(listed).singleElement().extracting(BackupEntry::state).isEqualTo(State.DAMAGED);
            assertThat(damageFoundBy(VerifyLevel.PRESENT)).contains(code);
        }
        return "restore: " + code.wireValue();
    }

    private void requireAvailable() {
        assertThat(reader.list()).singleElement().extracting(BackupEntry::state).isEqualTo(State.AVAILABLE);
    }

    private void requireRestorable() {
        NoteStore fresh = new NoteStore();
        new Restorer(Repository.openReadOnly(destination)).restoreNewest(fresh);
        assertThat(fresh.notes()).isEqualTo(store.notes());
    }

    private Repository openForWriting() {
        return Repository.open(destination, RepositoryConfig.builder(SECOND).build());
    }

    private Optional<ErrorCode> damageFoundBy(VerifyLevel level) {
        return new Verifier(reader).verify(published, level).damage().map(damage -> damage.code());
    }

    private Path backupFile(String name) {
        return directory.resolve("backups/" + published + "/" + name);
    }

    private static Optional<ErrorCode> codeOf(Runnable action) {
        try {
            action.run();
            return Optional.empty();
        } catch (BackupException e) {
            return Optional.of(e.code());
        }
    }
}
