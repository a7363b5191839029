package io.holdfast.backup.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Verifier;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A server with a clock of its own, and a host with another one. */
public final class Bench {
    public static final StoreIdentity STORE = new StoreIdentity("notes-1", "notes");

    public final SetClock serverClock = new SetClock();
    public final SetClock hostClock = new SetClock();
    public final MemoryServer server =
            MemoryServer.builder().clock(serverClock).pageSize(3).build();

    public SteppedDestination connect() {
        return new SteppedDestination(server.open());
    }

    public RepositoryConfig.Builder config(StoreIdentity store) {
        return RepositoryConfig.builder(store).clock(hostClock).owner("test");
    }

    public Repository open(SteppedDestination destination) {
        return Repository.open(destination, config(STORE).build());
    }

    /** The repository as another process sees it that starts now. */
    public Repository open() {
        return open(connect());
    }

    public BackupId backUp(Repository repository) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(NoteStore.filled(10), BackupRequest.manual()).backupId();
        }
    }

    /** Reads every byte of a listed backup. */
    public void requireSound(BackupId id) {
        Repository reading = Repository.openReadOnly(server.open());
        assertThat(reading.get(id).state()).isEqualTo(BackupEntry.State.AVAILABLE);
        assertThat(new Verifier(reading).verify(id, VerifyLevel.DECODED).damage())
                .isEmpty();
    }

    public List<BackupId> listed() {
        return Repository.openReadOnly(server.open()).list().stream()
                .map(BackupEntry::id)
                .toList();
    }

    /** The names of the objects of a backup. */
    public List<String> objectsOf(BackupId id) {
        String folder = "backups/" + id + "/";
        return server.keys().stream()
                .filter(key -> key.startsWith(folder))
                .map(key -> key.substring(folder.length()))
                .toList();
    }

    public static ErrorCode codeOf(ThrowingCallable call) {
        BackupException failure = catchThrowableOfType(BackupException.class, call);
        assertThat(failure).isNotNull();
        return failure.code();
    }
}
