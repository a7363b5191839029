package io.holdfast.backup.core.executor;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.testing.ForwardingDestination;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * Another process that backs up. Arguments: the root, a seed, and a file name. Without the file name it makes one backup after
 * the other and prints the id of each once it is published. With it, it makes one backup, and waits for a line before it begins
 * to upload the object of this name.
 */
final class Writer {
    static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");

    private Writer() {}

    public static void main(String[] args) {
        Random random = new Random(Long.parseLong(args[1]));
        try (Destination destination = Destinations.open(Path.of(args[0]).toUri())) {
            boolean endless = args.length == 2;
            Repository repository = Repository.open(
                    endless ? destination : new Waiting(destination, args[2]),
                    RepositoryConfig.builder(STORE).build());
            try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
                say("ready");
                do {
                    say(executor.run(store(random), BackupRequest.manual())
                            .backupId()
                            .value());
                } while (endless);
            }
        } catch (BackupException e) {
            say(e.code().wireValue());
        }
    }

    /** Notes that do not compress, up to 1 MiB in all. */
    private static NoteStore store(Random random) {
        NoteStore store = new NoteStore();
        int notes = random.nextInt(32);
        for (int i = 0; i < notes; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(1 << 15, ' ', '~').forEach(c -> text.append((char) c));
            store.put("note-" + i, text.toString());
        }
        return store;
    }

    private static void say(String line) {
        System.out.println(line);
        if (System.out.checkError()) {
            // Nobody listens any more.
            Runtime.getRuntime().halt(1);
        }
    }

    private static final class Waiting extends ForwardingDestination {
        private final String name;

        Waiting(Destination inner, String name) {
            super(inner);
            this.name = name;
        }

        @Override
        public ObjectUpload upload(String key) {
            if (key.endsWith("/" + name)) {
                say("waiting");
                try {
                    int any = System.in.read();
                    say(any < 0 ? "left alone" : "goes on");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return super.upload(key);
        }
    }
}
