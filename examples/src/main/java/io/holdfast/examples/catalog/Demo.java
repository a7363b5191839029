package io.holdfast.examples.catalog;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupListener;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Job;
import io.holdfast.backup.core.job.Progress;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The main job: a catalogue is filled, backed up, destroyed, restored and compared with what was kept from before. */
final class Demo {
    private final Screen screen;
    private final Path work;
    private final URI destinationUri;
    private final Encryption encryption;

    Demo(Screen screen, Path work, Optional<String> destination, Encryption encryption) {
        this.screen = screen;
        this.work = work;
        this.encryption = encryption;
        this.destinationUri =
                destination.map(Commands::uriOf).orElse(work.resolve("backups").toUri());
    }

    /** Returns whether every entry came back. */
    boolean run(List<Path> trees) throws IOException {
        Path file = work.resolve("catalog.mv.db");
        CatalogDigest before;
        Manifest manifest;
        try (Destination destination = Destinations.open(destinationUri)) {
            screen.line("1. Scan      %s", trees);
            try (CatalogStore store = CatalogStore.open(file)) {
                store.clear();
                scan(store, trees);
                before = CatalogDigest.of(store);
                Repository repository = Repository.open(destination, encryption.configFor(store.identity()));
                screen.line("2. Back up   to %s", repository.destination().location());
                manifest = backUp(store, repository);
            }
            screen.line("3. Verify    every byte of it");
            Verification verification =
                    new Verifier(encryption.openReadOnly(destination)).verify(manifest.backupId(), VerifyLevel.DECODED);
            screen.line(
                    "             %s",
                    verification.sound()
                            ? "sound"
                            : "DAMAGED: " + verification.damage().get().message());

            Files.delete(file);
            screen.line("4. Destroy   %s is gone: %s", file, Files.notExists(file));

            screen.line("5. Restore   into a new, empty catalogue");
            try (CatalogStore fresh = CatalogStore.open(file)) {
                restore(fresh, encryption.openReadOnly(destination), manifest);
                // The new catalogue has an id of its own. To go on with these backups it must say that it succeeds the
                // lost one.
                Repository.adoptStore(destination, encryption.configFor(fresh.identity()));
                return verdict(before, CatalogDigest.of(fresh)) && verification.sound();
            }
        }
    }

    private void scan(CatalogStore store, List<Path> trees) throws IOException {
        long begin = System.nanoTime();
        TreeScanner scanner = new TreeScanner(store, entries -> {});
        TreeScanner.Result result = new TreeScanner.Result(0, 0, 0);
        for (Path tree : trees) {
            result = scanner.scan(tree);
        }
        screen.line(
                "             %,d entries, %s hashed, %,d skipped, %s",
                store.size(),
                Screen.bytes(result.bytes()),
                result.skipped(),
                Screen.seconds(System.nanoTime() - begin));
    }

    private Manifest backUp(CatalogStore store, Repository repository) {
        long begin = System.nanoTime();
        Manifest manifest;
        BackupListener bar = new BackupListener() {
            @Override
            public void progressed(Job job, Progress progress) {
                screen.bar("back up", progress.done(), progress.total());
            }
        };
        try (BackupExecutor executor =
                BackupExecutor.builder(repository).listener(bar).build()) {
            manifest = executor.run(store, BackupRequest.manual().withLabels(Map.of("made-by", "catalog-demo")));
        }
        long nanos = System.nanoTime() - begin;
        screen.clearBar();
        screen.line(
                "             %s in %s: %s of snapshot, %s stored (ratio %.1f), %,d payload ids, %s, %,.0f entries/s",
                manifest.backupId(),
                Screen.seconds(nanos),
                Screen.bytes(manifest.plainSize()),
                Screen.bytes(manifest.payload().size()),
                (double) manifest.plainSize() / manifest.payload().size(),
                manifest.payloadIds().count(),
                Screen.rate(manifest.plainSize(), nanos),
                store.size() / (nanos / 1e9));
        return manifest;
    }

    private void restore(CatalogStore fresh, Repository repository, Manifest manifest) {
        long begin = System.nanoTime();
        new Restorer(repository, told -> screen.bar("restore", told.progress().bytes(), told.totalBytes()))
                .restore(manifest.backupId(), fresh);
        long nanos = System.nanoTime() - begin;
        screen.clearBar();
        screen.line(
                "             %,d entries in %s, %s, %,.0f entries/s",
                fresh.size(),
                Screen.seconds(nanos),
                Screen.rate(manifest.plainSize(), nanos),
                fresh.size() / (nanos / 1e9));
    }

    private boolean verdict(CatalogDigest before, CatalogDigest after) {
        screen.line("6. Compare   before %,d entries, SHA-256 %s", before.entries(), before.sha256());
        screen.line("             after  %,d entries, SHA-256 %s", after.entries(), after.sha256());
        boolean same = before.equals(after);
        screen.line("");
        screen.line(
                same
                        ? "VERDICT: all %,d entries came back as they were."
                        : "VERDICT: the catalogue is NOT what it was (%,d entries before).",
                before.entries());
        return same;
    }
}
