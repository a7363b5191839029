package io.holdfast.backup.core.restore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.RestoreOrchestrator;
import io.holdfast.backup.core.restore.RestorePlan;
import io.holdfast.backup.core.restore.RestoreResult;
import io.holdfast.backup.core.restore.RestoreSelection;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The day it matters, as docs/OPERATIONS.md has it: nothing is left but the destination and the key. */
class DisasterRunbookTest {
    private static final StoreIdentity LOST = new StoreIdentity("lost-1", "notes");
    private static final StoreIdentity NEW = new StoreIdentity("new-1", "notes");

    @TempDir
    Path directory;

    private String uri;
    private EncryptionConfig keys;

    @BeforeEach
    void back_up_on_a_machine_that_is_lost() throws IOException {
        Path key = directory.resolve("key");
        Files.write(key, new byte[32]);
        uri = directory.resolve("bucket").toUri().toString();
        keys = EncryptionConfig.builder().recipient("file:" + key).build();
        Path engine = Files.createDirectories(directory.resolve("engine"));
        FileNotes.write(engine, "what mattered");
        try (Destination destination = Destinations.open(uri);
                Repository repository = Repository.open(destination, config(LOST));
                BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            executor.run(new FileNotes(engine), BackupRequest.manual());
        }
    }

    private RepositoryConfig config(StoreIdentity store) {
        return RepositoryConfig.builder(store).encryption(keys).build();
    }

    private List<String> filesInBucket() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("bucket"))) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void everything_comes_back_with_nothing_but_the_bucket_and_the_key() throws IOException {
        Path data = directory.resolve("data");
        StoreOpener opener = FileNotes::new;
        List<String> before = filesInBucket();
        // runbook: look
        try (Destination destination = Destinations.open(uri)) {
            Repository repository = Repository.openReadOnly(destination, keys);
            repository.list().forEach(System.out::println);
            Manifest newest = new Restorer(repository).newest().manifest().orElseThrow();

            Verification verification = new Verifier(repository).verify(newest.backupId(), VerifyLevel.DECODED);
            System.out.println(verification.sound() + " " + verification.damage());
            // end
            assertThat(verification.sound()).isTrue();

            // runbook: restore
            DirectorySwap target =
                    DirectorySwap.builder(data, newest.store(), opener).build();
            RestoreOrchestrator orchestrator =
                    RestoreOrchestrator.builder(repository, target).build();

            RestorePlan plan = orchestrator.plan(new RestoreSelection.Newest());
            System.out.println(plan.possible() + " " + plan.obstacles());

            RestoreResult result = orchestrator.restore(new RestoreSelection.Newest(), new Cancellation());
            System.out.println(result.warnings() + ", the store is in " + target.current());
            // end
            assertThat(plan.possible()).isTrue();
            assertThat(result.warnings()).isEmpty();
            assertThat(FileNotes.read(target.current())).isEqualTo("what mattered");
        }
        assertThat(filesInBucket()).isEqualTo(before);

        StoreIdentity identity = NEW;
        // runbook: adopt
        try (Destination destination = Destinations.open(uri)) {
            RepositoryConfig config =
                    RepositoryConfig.builder(identity).encryption(keys).build();
            Repository.adoptStore(destination, config).close();
        }
        // end
        try (Destination destination = Destinations.open(uri);
                Repository repository = Repository.open(destination, config(NEW))) {
            assertThat(repository.list()).hasSize(1);
        }
        try (Destination destination = Destinations.open(uri)) {
            assertThatThrownBy(() -> Repository.open(destination, config(LOST))).isInstanceOf(BackupException.class);
        }
    }

    @Test
    void the_page_shows_this_code() throws IOException {
        String page = oneLine(Files.readString(Path.of("../docs/OPERATIONS.md")));
        String source = Files.readString(
                Path.of("src/test/java").resolve(getClass().getName().replace('.', '/') + ".java"));
        List<String> parts = Pattern.compile("// runbook: \\w+\n(.*?)// end", Pattern.DOTALL)
                .matcher(source)
                .results()
                .map(part -> oneLine(part.group(1)))
                .toList();
        assertThat(parts).hasSize(3).allSatisfy(part -> assertThat(page).contains(part));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", "");
    }
}
