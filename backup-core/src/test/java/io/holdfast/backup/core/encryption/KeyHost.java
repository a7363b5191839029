package io.holdfast.backup.core.encryption;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.job.Cancellation;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.KeyRotation;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another host: a process whose keys are what its environment holds. Arguments: the root of a repository, what to do, and what
 * that needs. Prints a line for each thing done, or the code of the failure.
 */
final class KeyHost {
    static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");

    private KeyHost() {}

    public static void main(String[] args) {
        try (Destination destination = Destinations.open(Path.of(args[0]).toUri())) {
            switch (args[1]) {
                case "back-up" -> backUp(destination, args[2]);
                case "restore" -> restore(destination, args[2]);
                case "rotate" -> rotate(destination, args[2], args[3], Integer.parseInt(args[4]));
                case "rotate-for-ever" -> rotateForEver(destination, args[2], args[3]);
                default -> throw new IllegalArgumentException(args[1]);
            }
            say("done");
        } catch (BackupException e) {
            say(e.code().wireValue());
        }
    }

    static EncryptionConfig publicKeyOnly(String publicKey) {
        return EncryptionConfig.builder()
                .recipient(publicKey)
                .repositoryKey("env:REPOSITORY")
                .build();
    }

    /** Everything that such a host can do, and what it cannot. */
    private static void backUp(Destination destination, String publicKey) {
        Repository repository = open(destination, publicKeyOnly(publicKey));
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            Manifest manifest = executor.run(NoteStore.filled(5), BackupRequest.manual());
            say("published " + manifest.backupId());
            say("listed " + repository.list().stream().map(BackupEntry::id).toList());
            repository.pin(manifest.backupId(), "hold", "a test");
            repository.unpin(manifest.backupId(), "hold");
            List<String> ids = new ArrayList<>();
            repository.reader(manifest).payloadIds(ids::add);
            say("held " + ids);
            new Restorer(repository).restore(manifest.backupId(), new NoteStore());
            say("restored");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void restore(Destination destination, String repositoryKeyId) {
        EncryptionConfig config = EncryptionConfig.builder()
                .identity("env:PRIVATE")
                .repositoryKeyId(repositoryKeyId)
                .build();
        NoteStore store = new NoteStore();
        new Restorer(Repository.openReadOnly(destination, config)).restoreNewest(store);
        say("restored " + store.notes().size());
    }

    /** Waits for its end before a step. */
    private static void rotate(Destination destination, String from, String to, int waiting) {
        SteppedDestination stepped = new SteppedDestination(destination);
        Repository repository = open(stepped, rotating(from, to));
        stepped.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (step == waiting) {
                    say("before " + call);
                    waitForTheEnd();
                }
            }
        });
        rotate(repository);
    }

    private static void rotateForEver(Destination destination, String from, String to) {
        for (boolean forth = true; ; forth = !forth) {
            Repository repository = open(destination, forth ? rotating(from, to) : rotating(to, from));
            say("ready");
            try {
                rotate(repository);
            } catch (BackupException e) {
                // Another process rotates the same keys.
                say(e.code().wireValue());
            }
        }
    }

    private static EncryptionConfig rotating(String from, String to) {
        return EncryptionConfig.builder().recipient(to).accept(from).build();
    }

    private static void rotate(Repository repository) {
        new KeyRotation(repository).rotateAll((done, total) -> {}, new Cancellation());
    }

    private static Repository open(Destination destination, EncryptionConfig encryption) {
        return Repository.open(
                destination,
                RepositoryConfig.builder(STORE).encryption(encryption).build());
    }

    private static void say(String line) {
        System.out.println(line);
        if (System.out.checkError()) {
            // Nobody listens any more.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void waitForTheEnd() {
        try {
            int any = System.in.read();
            say(any < 0 ? "left alone" : "goes on");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
