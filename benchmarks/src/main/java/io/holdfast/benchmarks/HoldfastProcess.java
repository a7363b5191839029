package io.holdfast.benchmarks;

import io.holdfast.backup.Backupable;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.Verification;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.destination.Destination;
import java.nio.file.Path;
import java.util.List;

/**
 * One piece of work in a JVM of its own. Arguments: {@code backup}, {@code verify}, {@code decode} or {@code restore}; a
 * directory for the repository; a file to back up or to restore to, or {@code METADATA:} or {@code RANDOM:} with a number of bytes, a
 * colon and a number of payload ids, for a store that is made up; {@code none} or a zstd level. Encrypts with the key in the
 * environment variable {@value #KEY}, 64 hexadecimal digits. Prints the seconds from the beginning of {@code main} to the end of the
 * work.
 */
final class HoldfastProcess {
    static final String KEY = "HOLDFAST_BENCHMARK_KEY";

    private static final StoreIdentity STORE = new StoreIdentity("benchmark", "file");

    private HoldfastProcess() {}

    public static void main(String[] args) {
        long begin = System.nanoTime();
        run(args[0], Path.of(args[1]), storeOf(args[2]), args[3]);
        System.out.println("seconds " + (System.nanoTime() - begin) / 1e9);
    }

    private static Backupable storeOf(String text) {
        String[] fields = text.split(":", -1);
        return fields.length == 3
                ? new GeneratedStore(DataSet.valueOf(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]))
                : new FileStore(Path.of(text));
    }

    /**
     * Does one piece of work.
     *
     * @param work {@code backup}, {@code verify}, {@code decode} or {@code restore}
     * @param directory where the repository is
     * @param store what is backed up or restored to
     * @param compression {@code none} or a zstd level
     */
    static void run(String work, Path directory, Backupable store, String compression) {
        try (Destination destination = Destinations.open(directory.toUri());
                Repository repository = Repository.open(destination, config(compression))) {
            switch (work) {
                case "backup" -> backup(repository, store);
                case "verify" -> verify(repository, VerifyLevel.DIGEST);
                case "decode" -> verify(repository, VerifyLevel.DECODED);
                case "restore" -> new Restorer(repository).restoreNewest(store);
                default ->
                    throw new IllegalArgumentException("Expected backup, verify, decode or restore, found " + work);
            }
        }
    }

    static RepositoryConfig config(String compression) {
        RepositoryConfig.Builder config = RepositoryConfig.builder(STORE)
                .encryption(EncryptionConfig.builder().recipient("env:" + KEY).build());
        return compression.equals("none")
                ? config.uncompressed().build()
                : config.compressionLevel(Integer.parseInt(compression)).build();
    }

    private static void backup(Repository repository, Backupable store) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            Manifest manifest = executor.run(store, BackupRequest.manual());
            System.out.println("stored " + manifest.payload().size());
        }
    }

    private static void verify(Repository repository, VerifyLevel level) {
        List<BackupEntry> backups = repository.list();
        if (backups.isEmpty()) {
            throw new IllegalStateException("Expected a backup to verify, found none");
        }
        for (BackupEntry backup : backups) {
            Verification verification = new Verifier(repository).verify(backup.id(), level);
            if (!verification.sound()) {
                throw new IllegalStateException("Expected a sound backup, found " + verification);
            }
        }
    }
}
