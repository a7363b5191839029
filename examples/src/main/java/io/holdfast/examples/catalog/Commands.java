package io.holdfast.examples.catalog;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The single commands. */
final class Commands {
    private final Screen screen;
    private final Arguments arguments;
    private final Encryption encryption;

    Commands(Screen screen, Arguments arguments) {
        this.screen = screen;
        this.arguments = arguments;
        this.encryption = Encryption.of(arguments);
    }

    int run() throws IOException {
        try (Destination destination = Destinations.open(uriOf(required("destination")))) {
            return switch (arguments.command()) {
                case "backup" -> backUp(destination);
                case "list" -> list(encryption.openReadOnly(destination));
                case "show" -> show(encryption.openReadOnly(destination));
                case "verify" -> verify(destination);
                case "restore" -> restore(encryption.openReadOnly(destination));
                default -> throw new IllegalArgumentException("unknown command " + arguments.command());
            };
        }
    }

    /** A directory, or a URI. */
    static URI uriOf(String where) {
        return where.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
                ? URI.create(where)
                : Path.of(where).toAbsolutePath().normalize().toUri();
    }

    private int backUp(Destination destination) throws IOException {
        try (CatalogStore store = CatalogStore.open(Path.of(required("store")))) {
            TreeScanner scanner = new TreeScanner(store, entries -> {});
            for (String tree : arguments.rest()) {
                scanner.scan(Path.of(tree));
            }
            Repository repository = Repository.open(destination, encryption.configFor(store.identity()));
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                Manifest manifest = executor.run(store, BackupRequest.manual());
                screen.line(
                        "%s  %,d entries, %s stored, in %s",
                        manifest.backupId(),
                        store.size(),
                        Screen.bytes(manifest.payload().size()),
                        repository.destination().location());
            }
        }
        return 0;
    }

    private int list(Repository repository) {
        List<BackupEntry> backups = repository.list();
        screen.line("%-26s  %-24s  %-9s  %-9s  %-8s  %s", "BACKUP", "CREATED", "STATE", "KIND", "STORED", "VERIFIED");
        backups.forEach(backup -> screen.line(
                "%-26s  %-24s  %-9s  %-9s  %-8s  %s",
                backup.id(),
                backup.manifest()
                        .map(manifest -> manifest.createdAt().toString())
                        .orElse("?"),
                backup.state().name().toLowerCase(Locale.ROOT),
                backup.manifest().map(manifest -> manifest.kind().wireValue()).orElse("?"),
                backup.manifest()
                        .map(manifest -> Screen.bytes(manifest.payload().size()))
                        .orElse("?"),
                backup.verification().map(Commands::describe).orElse("never")));
        screen.line(
                "%,d backups in %s", backups.size(), repository.destination().location());
        return 0;
    }

    private int show(Repository repository) {
        BackupEntry backup = chosen(repository);
        screen.line("backup    %s (%s)", backup.id(), backup.state().name().toLowerCase(Locale.ROOT));
        backup.damage()
                .ifPresent(
                        damage -> screen.line("damage    [%s] %s", damage.code().wireValue(), damage.message()));
        backup.manifest().ifPresent(manifest -> {
            screen.line(
                    "created   %s, %s, by %s",
                    manifest.createdAt(), manifest.kind().wireValue(), manifest.producer());
            screen.line(
                    "store     %s (%s)", manifest.store().id(), manifest.store().kind());
            screen.line("labels    %s", manifest.labels());
            screen.line("engine    %s", manifest.engineMetadata());
            screen.line(
                    "payload   %,d bytes stored (compression %s, encryption %s), %,d plain, SHA-256 %s",
                    manifest.payload().size(),
                    manifest.compression(),
                    manifest.encryption(),
                    manifest.plainSize(),
                    manifest.payload().sha256());
            screen.line(
                    "ids       %,d in %,d bytes stored",
                    manifest.payloadIds().count(),
                    manifest.payloadIds().stored().size());
            screen.line(
                    "previous  %s", manifest.previous().map(p -> p.id().value()).orElse("none"));
        });
        screen.line("pinned    %s", backup.pinnedBy());
        screen.line(
                "verified  %s", backup.verification().map(Commands::describe).orElse("never"));
        return 0;
    }

    private int verify(Destination destination) {
        VerifyLevel level =
                VerifyLevel.valueOf(arguments.option("level").orElse("decoded").toUpperCase(Locale.ROOT));
        Repository reading = encryption.openReadOnly(destination);
        BackupId id = chosen(reading).id();
        Verification verification = new Verifier(writableIfPossible(destination, reading, id)).verify(id, level);
        screen.line("%s  %s", id, describe(verification));
        verification
                .damage()
                .ifPresent(damage -> screen.line("[%s] %s", damage.code().wireValue(), damage.message()));
        return verification.sound() ? 0 : 1;
    }

    /** The result is kept with the backup, which takes a repository that is opened as the store that wrote last. */
    private Repository writableIfPossible(Destination destination, Repository reading, BackupId id) {
        return reading.get(id)
                .manifest()
                .filter(manifest -> reading.id().isPresent())
                .map(manifest -> Repository.open(destination, encryption.configFor(manifest.store())))
                .orElse(reading);
    }

    private int restore(Repository repository) {
        BackupId id = chosen(repository).id();
        try (CatalogStore store = CatalogStore.open(Path.of(required("store")))) {
            new Restorer(repository).restore(id, store);
            screen.line("%s  %,d entries restored", id, store.size());
        }
        return 0;
    }

    private BackupEntry chosen(Repository repository) {
        return arguments.rest().isEmpty()
                ? new Restorer(repository).newest()
                : repository.get(new BackupId(arguments.rest().get(0)));
    }

    private String required(String option) {
        return arguments
                .option(option)
                .orElseThrow(() -> new IllegalArgumentException("option --" + option + " is missing"));
    }

    private static String describe(Verification verification) {
        return verification.level().wireValue()
                + (verification.sound() ? " sound " : " DAMAGED ")
                + verification.verifiedAt();
    }
}
