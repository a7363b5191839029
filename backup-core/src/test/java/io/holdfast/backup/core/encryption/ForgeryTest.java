package io.holdfast.backup.core.encryption;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.core.testing.NoteStore;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Somebody who can write at the destination and knows everything but the keys: nothing of it reaches a store. */
class ForgeryTest {
    private final Bench bench = new Bench();
    private final Keys host = new Keys("KEY", "PRIVATE", "REPOSITORY");
    private final EncryptionConfig symmetric =
            host.config().recipient("env:KEY").build();

    private static Repository open(Bench bench, EncryptionConfig encryption) {
        return Repository.open(
                bench.connect(),
                bench.config(Bench.STORE).encryption(encryption).build());
    }

    private static Manifest backUp(Repository repository, NoteStore store) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(store, BackupRequest.manual());
        }
    }

    private static void copyAll(MemoryServer from, MemoryServer to) {
        to.keys().forEach(to::erase);
        from.keys().forEach(key -> put(to, key, from.bytes(key).orElseThrow()));
    }

    private static void put(MemoryServer server, String key, byte[] bytes) {
        if (server.bytes(key).isPresent()) {
            server.replace(key, bytes);
            return;
        }
        try (var destination = server.open();
                var upload = destination.upload(key)) {
            upload.write(bytes);
            upload.commit();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_plain_repository_in_the_place_of_an_encrypted_one_is_refused() {
        Bench plain = new Bench();
        plain.backUp(plain.open());
        copyAll(plain.server, bench.server);
        assertThat(codeOf(() -> open(bench, symmetric))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> Repository.openReadOnly(bench.connect(), symmetric)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
    }

    @Test
    void a_plain_backup_beside_encrypted_ones_is_refused() {
        Repository repository = open(bench, symmetric);
        backUp(repository, NoteStore.filled(10));
        Bench plain = new Bench();
        BackupId forged = plain.backUp(plain.open());
        plain.server.keys().stream()
                .filter(key -> key.startsWith("backups/"))
                .forEach(key -> put(bench.server, key, plain.server.bytes(key).orElseThrow()));
        assertThat(repository.get(forged).state()).isEqualTo(State.DAMAGED);
        assertThat(codeOf(() -> new Restorer(repository).restore(forged, new NoteStore())))
                .isEqualTo(ErrorCode.MANIFEST_TAMPERED);
    }

    @Test
    void an_archive_that_was_forged_with_the_public_keys_is_refused() {
        EncryptionConfig forger = new Keys("FORGED")
                .config()
                .recipient(Keys.publicKey("PRIVATE"))
                .repositoryKey("env:FORGED")
                .build();
        backUp(open(bench, forger), NoteStore.filled(10));
        EncryptionConfig careless = host.config().identity("env:PRIVATE").build();
        EncryptionConfig pinned = host.config()
                .identity("env:PRIVATE")
                .repositoryKeyId(Keys.idOf("REPOSITORY"))
                .build();
        EncryptionConfig local = host.config()
                .identity("env:PRIVATE")
                .repositoryKey("env:REPOSITORY")
                .build();
        assertThat(codeOf(() -> Repository.openReadOnly(bench.connect(), careless)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> Repository.openReadOnly(bench.connect(), pinned)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_INVALID);
        Repository reader = Repository.openReadOnly(bench.connect(), local);
        assertThat(reader.list())
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.damage().orElseThrow().code()).isEqualTo(ErrorCode.MANIFEST_TAMPERED));
        assertThat(codeOf(() -> new Restorer(reader).restoreNewest(new NoteStore())))
                .isEqualTo(ErrorCode.MANIFEST_TAMPERED);
    }

    @Test
    void forged_keys_beside_the_genuine_ones_change_nothing() {
        EncryptionConfig genuine = host.config()
                .recipient(Keys.publicKey("PRIVATE"))
                .identity("env:PRIVATE")
                .repositoryKey("env:REPOSITORY")
                .build();
        NoteStore store = NoteStore.filled(10);
        backUp(open(bench, genuine), store);
        Bench forging = new Bench();
        open(
                forging,
                new Keys("FORGED")
                        .config()
                        .recipient(Keys.publicKey("PRIVATE"))
                        .repositoryKey("env:FORGED")
                        .build());
        forging.server.keys().stream()
                .filter(key -> key.startsWith("keys/"))
                .forEach(key -> put(
                        bench.server,
                        key.replace("keys/0", "keys/00").replaceFirst(".\\.json", ".json"),
                        forging.server.bytes(key).orElseThrow()));
        put(bench.server, "keys/0000000000000000000000000A.json", "no key at all".getBytes());
        EncryptionConfig pinned = host.config()
                .identity("env:PRIVATE")
                .repositoryKeyId(Keys.idOf("REPOSITORY"))
                .build();
        NoteStore fresh = new NoteStore();
        new Restorer(Repository.openReadOnly(bench.connect(), pinned)).restoreNewest(fresh);
        assertThat(fresh.notes()).isEqualTo(store.notes());
    }

    @Test
    void objects_swapped_between_two_backups_are_refused() {
        Repository repository = open(bench, symmetric);
        BackupId first = backUp(repository, NoteStore.filled(10)).backupId();
        BackupId second = backUp(repository, NoteStore.filled(10)).backupId();
        refuseSwaps(repository, first, bench.server, second);
    }

    @Test
    void objects_swapped_in_from_another_repository_with_the_same_keys_are_refused() {
        Repository repository = open(bench, symmetric);
        BackupId first = backUp(repository, NoteStore.filled(10)).backupId();
        Bench other = new Bench();
        BackupId second = backUp(open(other, symmetric), NoteStore.filled(10)).backupId();
        refuseSwaps(repository, first, other.server, second);
    }

    private void refuseSwaps(Repository repository, BackupId victim, MemoryServer from, BackupId other) {
        String folder = "backups/" + victim + "/";
        List<String> names = bench.objectsOf(victim);
        assertThat(names).hasSize(5);
        for (String name : names) {
            if (name.equals("intent.json")) {
                continue;
            }
            byte[] genuine = bench.server.bytes(folder + name).orElseThrow();
            String otherName = name.startsWith("keys/")
                    ? from.keys().stream()
                            .filter(key -> key.startsWith("backups/" + other + "/keys/"))
                            .findFirst()
                            .orElseThrow()
                    : "backups/" + other + "/" + name;
            bench.server.replace(folder + name, from.bytes(otherName).orElseThrow());
            if (name.equals("payload-ids.bin")) {
                assertThat(new Verifier(repository)
                                .verify(victim, VerifyLevel.DECODED)
                                .sound())
                        .isFalse();
            } else {
                NoteStore fresh = new NoteStore();
                assertThat(codeOf(() -> new Restorer(repository).restore(victim, fresh)))
                        .as(name)
                        .isIn(Set.of(
                                ErrorCode.MANIFEST_INVALID,
                                ErrorCode.MANIFEST_TAMPERED,
                                ErrorCode.BACKUP_INCOMPLETE,
                                ErrorCode.DECRYPTION_FAILED));
                assertThat(fresh.notes()).isEmpty();
            }
            bench.server.replace(folder + name, genuine);
        }
        new Restorer(repository).restore(victim, new NoteStore());
    }

    @Test
    void a_whole_backup_copied_in_from_another_repository_with_the_same_keys_is_refused() {
        Repository repository = open(bench, symmetric);
        Bench other = new Bench();
        BackupId foreign = backUp(open(other, symmetric), NoteStore.filled(10)).backupId();
        other.server.keys().stream()
                .filter(key -> key.startsWith("backups/"))
                .forEach(key -> put(bench.server, key, other.server.bytes(key).orElseThrow()));
        assertThat(codeOf(() -> new Restorer(repository).restore(foreign, new NoteStore())))
                .isEqualTo(ErrorCode.MANIFEST_TAMPERED);
    }

    @Test
    void another_repository_in_the_place_of_the_known_one_is_refused() {
        Repository mine = open(bench, symmetric);
        EncryptionConfig known = host.config()
                .recipient("env:KEY")
                .repositoryId(mine.id().orElseThrow())
                .build();
        open(bench, known);
        Bench other = new Bench();
        backUp(open(other, symmetric), NoteStore.filled(10));
        copyAll(other.server, bench.server);
        assertThat(codeOf(() -> open(bench, known))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        EncryptionConfig sameKey = host.config()
                .recipient("env:KEY")
                .repositoryKey("env:REPOSITORY")
                .build();
        Bench third = new Bench();
        open(third, sameKey);
        EncryptionConfig knownAndSameKey = host.config()
                .recipient("env:KEY")
                .repositoryKey("env:REPOSITORY")
                .repositoryId(mine.id().orElseThrow())
                .build();
        assertThat(codeOf(() -> open(third, knownAndSameKey))).isEqualTo(ErrorCode.STORE_MISMATCH);
    }

    @Test
    void a_known_repository_that_has_vanished_is_not_made_anew() {
        EncryptionConfig known = host.config()
                .recipient("env:KEY")
                .repositoryId("01KK4M2C8QZ5T4R3W2V1Y0X9AB")
                .build();
        assertThat(codeOf(() -> open(bench, known))).isEqualTo(ErrorCode.BACKUP_NOT_FOUND);
        assertThat(bench.server.keys()).isEmpty();
    }
}
