package io.holdfast.backup.core.encryption;

import static io.holdfast.backup.core.testing.Bench.codeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.manifest.VerifyLevel;
import io.holdfast.backup.core.repository.BackupEntry;
import io.holdfast.backup.core.repository.BackupEntry.State;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.restore.Verifier;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.core.testing.NoteStore;
import io.holdfast.backup.core.testing.SteppedDestination;
import io.holdfast.backup.key.KeyProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncryptedRepositoryTest {
    private final Bench bench = new Bench();
    private final Keys host = new Keys("KEY", "REPOSITORY", "PRIVATE");
    private final NoteStore store = NoteStore.filled(1000);

    private final EncryptionConfig symmetric =
            host.config().recipient("env:KEY").build();
    private final EncryptionConfig publicOnly = new Keys("REPOSITORY")
            .config()
            .recipient(Keys.publicKey("PRIVATE"))
            .repositoryKey("env:REPOSITORY")
            .build();
    private final EncryptionConfig privateKey = new Keys("PRIVATE")
            .config()
            .identity("env:PRIVATE")
            .repositoryKeyId(Keys.idOf("REPOSITORY"))
            .build();

    private Repository open(EncryptionConfig encryption) {
        return Repository.open(
                bench.connect(),
                bench.config(Bench.STORE).encryption(encryption).build());
    }

    private Repository read(EncryptionConfig encryption) {
        return Repository.openReadOnly(bench.connect(), encryption);
    }

    private Manifest backUp(Repository repository) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(store, BackupRequest.manual());
        }
    }

    private void requireRestorable(Repository repository) {
        NoteStore fresh = new NoteStore();
        new Restorer(repository).restoreNewest(fresh);
        assertThat(fresh.notes()).isEqualTo(store.notes());
    }

    @Test
    void a_store_survives_its_own_loss_with_the_key_alone() {
        Manifest manifest = backUp(open(symmetric));
        assertThat(manifest.encryption()).isEqualTo("aes-256-gcm");
        Repository elsewhere = read(symmetric);
        requireRestorable(elsewhere);
        assertThat(new Verifier(elsewhere)
                        .verify(manifest.backupId(), VerifyLevel.DECODED)
                        .damage())
                .isEmpty();
    }

    @Test
    void a_repository_without_compression_is_restored_too() {
        Repository writer = Repository.open(
                bench.connect(),
                bench.config(Bench.STORE).encryption(symmetric).uncompressed().build());
        assertThat(backUp(writer).compression()).isEqualTo("none");
        requireRestorable(read(symmetric));
        assertThatThrownBy(() -> bench.config(Bench.STORE).uncompressed().build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_recipient_alone_can_restore() {
        EncryptionConfig both = host.config()
                .recipient("env:KEY")
                .recipient(Keys.publicKey("PRIVATE"))
                .repositoryKey("env:REPOSITORY")
                .build();
        backUp(open(both));
        requireRestorable(read(symmetric));
        requireRestorable(read(privateKey));
    }

    @Test
    void nothing_of_the_store_can_be_read_at_the_destination() {
        backUp(Repository.open(
                bench.connect(),
                bench.config(Bench.STORE).encryption(symmetric).uncompressed().build()));
        for (String key : bench.server.keys()) {
            String stored = new String(bench.server.bytes(key).orElseThrow(), StandardCharsets.ISO_8859_1);
            assertThat(stored).as(key).doesNotContain("note-1").doesNotContain("the text of");
        }
    }

    @Test
    void equal_sets_of_payload_ids_have_equal_digests_that_tell_nobody_else() {
        Manifest first = backUp(open(symmetric));
        Manifest second = backUp(open(symmetric));
        assertThat(second.payloadIds().plainDigest())
                .isEqualTo(first.payloadIds().plainDigest());
        assertThat(second.payloadIds().stored().sha256())
                .isNotEqualTo(first.payloadIds().stored().sha256());

        Bench plain = new Bench();
        try (BackupExecutor executor = BackupExecutor.builder(plain.open()).build()) {
            Manifest open = executor.run(store, BackupRequest.manual());
            assertThat(open.payloadIds().plainDigest())
                    .isNotEqualTo(first.payloadIds().plainDigest());
        }
    }

    @Test
    void a_host_with_public_keys_and_the_repository_key_does_everything_but_read_a_payload() throws IOException {
        Repository repository = open(publicOnly);
        Manifest manifest = backUp(repository);
        BackupId second = backUp(repository).backupId();

        assertThat(repository.list()).extracting(BackupEntry::state).containsOnly(State.AVAILABLE);
        List<String> held = new ArrayList<>();
        repository.reader(manifest).payloadIds(held::add);
        assertThat(held).hasSize(1000).contains("note-7");
        Verifier verifier = new Verifier(repository);
        assertThat(verifier.verify(manifest.backupId(), VerifyLevel.DIGEST).sound())
                .isTrue();

        assertThat(codeOf(() -> new Restorer(repository).restoreNewest(new NoteStore())))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> verifier.verify(manifest.backupId(), VerifyLevel.DECODED)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(repository.list()).extracting(BackupEntry::state).containsOnly(State.AVAILABLE);

        repository.pin(second, "operator", "to be kept");
        repository.delete(manifest.backupId());
        bench.serverClock.move(Duration.ofDays(2));
        assertThat(repository.sweep().failures()).isEmpty();
        assertThat(repository.list()).extracting(BackupEntry::id).containsExactly(second);

        requireRestorable(read(privateKey));
    }

    @Test
    void a_wrong_key_is_refused_and_damages_no_reputation() {
        EncryptionConfig known = host.config()
                .recipient("env:KEY")
                .repositoryKey("env:REPOSITORY")
                .build();
        Manifest manifest = backUp(open(known));
        Keys wrong = new Keys("REPOSITORY");
        wrong.put("KEY", "ab".repeat(32));
        assertThat(codeOf(() -> read(wrong.config().recipient("env:KEY").build())))
                .isEqualTo(ErrorCode.DECRYPTION_FAILED);

        Repository half = open(wrong.config()
                .recipient("env:KEY")
                .repositoryKey("env:REPOSITORY")
                .build());
        assertThat(codeOf(() -> new Restorer(half).restoreNewest(new NoteStore())))
                .isEqualTo(ErrorCode.DECRYPTION_FAILED);
        assertThat(codeOf(() -> new Verifier(half).verify(manifest.backupId(), VerifyLevel.DECODED)))
                .isEqualTo(ErrorCode.DECRYPTION_FAILED);
        assertThat(half.get(manifest.backupId()).state()).isEqualTo(State.AVAILABLE);
    }

    @Test
    void without_a_key_nothing_is_believed_and_the_error_says_what_is_missing() {
        backUp(open(symmetric));
        assertThat(codeOf(bench::open)).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        Repository blind = Repository.openReadOnly(bench.connect());
        assertThat(blind.list()).singleElement().satisfies(entry -> {
            assertThat(entry.state()).isEqualTo(State.DAMAGED);
            assertThat(entry.damage().orElseThrow().code()).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        });
        assertThat(codeOf(() -> new Restorer(blind).restoreNewest(new NoteStore())))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> read(new Keys().config().recipient("env:KEY").build())))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
    }

    @Test
    void an_archive_of_a_copied_repository_is_restored_with_its_description_damaged_or_gone() {
        backUp(open(symmetric));
        byte[] description = bench.server.bytes("repository.json").orElseThrow();
        description[description.length / 2] ^= 1;
        bench.server.replace("repository.json", description);
        requireRestorable(read(symmetric));
        assertThat(codeOf(() -> open(symmetric))).isIn(ErrorCode.MANIFEST_TAMPERED, ErrorCode.MANIFEST_INVALID);
        bench.server.erase("repository.json");
        requireRestorable(read(symmetric));
    }

    @Test
    void a_backup_whose_data_key_is_gone_is_shown_as_incomplete() {
        Manifest manifest = backUp(open(symmetric));
        bench.server.keys().stream()
                .filter(key -> key.startsWith("backups/") && key.contains("/keys/"))
                .forEach(bench.server::erase);
        assertThat(read(symmetric)
                        .get(manifest.backupId())
                        .damage()
                        .orElseThrow()
                        .code())
                .isEqualTo(ErrorCode.BACKUP_INCOMPLETE);
    }

    @Test
    void a_repository_that_this_host_could_never_open_again_is_not_made() {
        EncryptionConfig publicKeysAlone = host.config()
                .recipient(Keys.publicKey("PRIVATE"))
                .identity("env:PRIVATE")
                .build();
        assertThat(codeOf(() -> open(publicKeysAlone))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> open(host.config().build()))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(codeOf(() -> open(host.config().recipient("env:MISSING").build())))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(bench.server.keys()).isEmpty();
    }

    @Test
    void a_recipient_that_cannot_be_wrapped_for_fails_the_backup_and_leaves_nothing() {
        Repository repository = open(symmetric);
        List<String> before = bench.server.keys();
        Repository broken =
                open(host.config().recipient("env:KEY").recipient("env:MISSING").build());
        assertThat(codeOf(() -> backUp(broken))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(bench.server.keys()).isEqualTo(before);
        backUp(repository);
    }

    @Test
    void a_backup_that_fails_at_any_step_leaves_nothing_behind() {
        SteppedDestination destination = bench.connect();
        Repository repository = Repository.open(
                destination, bench.config(Bench.STORE).encryption(symmetric).build());
        backUpOnce(repository);
        int steps = destination.steps();
        assertThat(steps).isGreaterThan(5);
        Repository.openReadOnly(bench.connect(), symmetric).list().forEach(entry -> repository.delete(entry.id()));
        List<String> voided = bench.server.keys();
        for (int failing = 1; failing <= steps; failing++) {
            int at = failing;
            destination.hook(new SteppedDestination.Hook() {
                @Override
                public void before(int step, String call) {
                    if (step == at && !call.startsWith("delete")) {
                        throw new BackupException(ErrorCode.DESTINATION_UNREACHABLE, "away at " + call);
                    }
                }
            });
            try {
                BackupId id = backUpOnce(repository);
                destination.hook(new SteppedDestination.Hook() {});
                repository.delete(id);
            } catch (BackupException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
                List<String> left = new ArrayList<>(bench.server.keys());
                left.removeAll(voided);
                left.removeIf(key -> key.endsWith("/manifest.json"));
                assertThat(left).as("after step %d: %s", at, e.getMessage()).isEmpty();
            }
        }
    }

    private BackupId backUpOnce(Repository repository) {
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(NoteStore.filled(3), BackupRequest.manual()).backupId();
        }
    }

    @Test
    void a_creation_that_dies_at_any_step_can_be_begun_again() {
        for (int dying = 1; dying < 20; dying++) {
            int at = dying;
            Bench fresh = new Bench();
            SteppedDestination destination = fresh.connect();
            destination.hook(new SteppedDestination.Hook() {
                @Override
                public void before(int step, String call) {
                    if (step >= at) {
                        throw new BackupException(ErrorCode.INTERNAL, "killed");
                    }
                }
            });
            EncryptionConfig two = new Keys("KEY", "SECOND")
                    .config()
                    .recipient("env:KEY")
                    .recipient("env:SECOND")
                    .build();
            try {
                Repository.open(
                        destination, fresh.config(Bench.STORE).encryption(two).build());
            } catch (BackupException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL);
            }
            Repository again = Repository.open(
                    fresh.connect(), fresh.config(Bench.STORE).encryption(two).build());
            backUp(again);
            requireRestorable(Repository.openReadOnly(fresh.connect(), two));
        }
    }

    @Test
    void of_two_creators_at_once_the_loser_takes_the_winners_key() {
        SteppedDestination slow = bench.connect();
        Repository[] winner = new Repository[1];
        slow.hook(new SteppedDestination.Hook() {
            @Override
            public void before(int step, String call) {
                if (call.equals("commit repository.json") && winner[0] == null) {
                    winner[0] = open(symmetric);
                }
            }
        });
        Repository loser = Repository.open(
                slow, bench.config(Bench.STORE).encryption(symmetric).build());
        assertThat(loser.id()).isEqualTo(winner[0].id());
        assertThat(loser.keyId()).isEqualTo(winner[0].keyId());
        assertThat(bench.server.keys().stream().filter(key -> key.startsWith("keys/")))
                .hasSize(1);
        backUp(loser);
        requireRestorable(winner[0]);
    }

    @Test
    void a_new_store_adopts_an_encrypted_repository() {
        backUp(open(symmetric));
        Repository adopted = Repository.adoptStore(
                bench.connect(),
                bench.config(new io.holdfast.backup.StoreIdentity("notes-2", "notes"))
                        .encryption(symmetric)
                        .build());
        backUp(adopted);
        requireRestorable(adopted);
        assertThat(adopted.list()).hasSize(2).extracting(BackupEntry::state).containsOnly(State.AVAILABLE);
    }

    @Test
    void a_closed_repository_has_no_key_any_more() {
        Repository repository = open(symmetric);
        backUp(repository);
        repository.close();
        assertThatThrownBy(() -> backUp(repository)).hasRootCauseInstanceOf(IllegalStateException.class);
        repository.close();
    }

    /** Keeps the very arrays that it was given. */
    private static final class KeySpy implements KeyProvider {
        private final List<byte[]> seen = new ArrayList<>();

        @Override
        public String scheme() {
            return "spy";
        }

        @Override
        public byte[] wrap(String reference, byte[] dataKey, byte[] context) {
            seen.add(dataKey);
            return dataKey.clone();
        }

        @Override
        public byte[] unwrap(String reference, byte[] wrapped, byte[] context) {
            byte[] key = wrapped.clone();
            seen.add(key);
            return key;
        }
    }

    @Test
    void every_key_that_a_provider_was_given_or_gave_is_zeroed_afterwards() {
        KeySpy spy = new KeySpy();
        EncryptionConfig spied = host.config().recipient("spy:1").provider(spy).build();
        backUp(open(spied));
        requireRestorable(read(spied));
        assertThat(spy.seen)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(key -> assertThat(key).containsOnly(0));
    }
}
