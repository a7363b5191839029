package io.holdfast.backup.core.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.BackupException;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random archives come back as they were; of damaged ones a store sees no byte that is not genuine. */
class EncryptedArchiveDamageTest {
    private static final int SEEDS = 60;

    /** A store that is a row of bytes, and keeps what it was given even when the rest never came. */
    private static final class Bytes implements Backupable {
        private final Random pieces;
        private byte[] held;
        private int received;

        Bytes(byte[] held, Random pieces) {
            this.held = held;
            this.pieces = pieces;
        }

        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            for (int at = 0; at < held.length; ) {
                int n = Math.min(1 + pieces.nextInt(pieces.nextBoolean() ? 100 : 100_000), held.length - at);
                out.write(held, at, n);
                at += n;
            }
            PayloadIDSet ids = context.newPayloadIDSet();
            ids.add("id");
            return ids;
        }

        @Override
        public void restore(InputStream in, BackupContext context) throws IOException {
            held = new byte[1 << 20];
            while (true) {
                int n = in.read(held, received, 1 + pieces.nextInt(held.length - received));
                if (n < 0) {
                    held = Arrays.copyOf(held, received);
                    return;
                }
                received += n;
            }
        }
    }

    private static Manifest backUp(MemoryServer server, EncryptionConfig encryption, boolean compressed, Bytes store) {
        RepositoryConfig.Builder config =
                RepositoryConfig.builder(Bench.STORE).encryption(encryption).owner("test");
        Repository repository = Repository.open(server.open(), (compressed ? config : config.uncompressed()).build());
        try (BackupExecutor executor = BackupExecutor.builder(repository).build()) {
            return executor.run(store, BackupRequest.manual());
        }
    }

    private static Bytes restored(MemoryServer server, EncryptionConfig encryption, BackupId backup, Random random) {
        Bytes store = new Bytes(new byte[0], random);
        new Restorer(Repository.openReadOnly(server.open(), encryption)).restore(backup, store);
        return store;
    }

    @Test
    void any_store_in_any_pieces_for_any_recipients_comes_back_to_each_of_them() {
        long first = Long.getLong("holdfast.seed", 1);
        for (long seed = first; seed < first + SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] content = new byte[random.nextInt(random.nextBoolean() ? 300 : 300_000)];
            random.nextBytes(content);
            Arrays.fill(content, 0, random.nextInt(content.length + 1), (byte) 1);
            List<String> names = new ArrayList<>(List.of("A", "B", "C", "D"));
            Collections.shuffle(names, random);
            names = names.subList(0, 1 + random.nextInt(4));
            Keys host = new Keys("A", "B", "C", "D", "REPOSITORY");
            EncryptionConfig.Builder writing = host.config().repositoryKey("env:REPOSITORY");
            List<EncryptionConfig> reading = new ArrayList<>();
            for (String name : names) {
                boolean isPublic = random.nextBoolean();
                writing.recipient(isPublic ? Keys.publicKey(name) : "env:" + name);
                Keys reader = new Keys(name);
                reading.add((isPublic
                                ? reader.config().identity("env:" + name).repositoryKeyId(Keys.idOf("REPOSITORY"))
                                : reader.config().recipient("env:" + name))
                        .build());
            }
            MemoryServer server = MemoryServer.builder().build();
            Manifest manifest =
                    backUp(server, writing.build(), random.nextBoolean(), new Bytes(content.clone(), random));
            for (EncryptionConfig one : reading) {
                assertThat(restored(server, one, manifest.backupId(), random).held)
                        .as("seed %d", seed)
                        .isEqualTo(content);
            }
        }
    }

    /** Of the objects that a restore needs every bit counts; what it does not need changes nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void every_flipped_bit_of_an_archive_is_refused_before_a_byte_of_it_reaches_the_store(boolean compressed) {
        byte[] content = "the text of a small store".getBytes(StandardCharsets.US_ASCII);
        EncryptionConfig encryption =
                new Keys("KEY").config().recipient("env:KEY").build();
        MemoryServer server = MemoryServer.builder().build();
        BackupId backup = backUp(server, encryption, compressed, new Bytes(content.clone(), new Random(1)))
                .backupId();
        Set<ErrorCode> refusals = EnumSet.noneOf(ErrorCode.class);
        for (String key : List.copyOf(server.keys())) {
            byte[] sound = read(server, key);
            boolean needed = key.endsWith("manifest.json") || key.endsWith("payload.bin") || key.contains("keys/");
            for (int bit = 0; bit < 8 * sound.length; bit++) {
                byte[] flipped = sound.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                replace(server, key, flipped);
                Bytes store = new Bytes(new byte[0], new Random(bit));
                try {
                    new Restorer(Repository.openReadOnly(server.open(), encryption)).restore(backup, store);
                    assertThat(store.held).as("%s bit %d", key, bit).isEqualTo(content);
                    assertThat(needed).as("%s bit %d was accepted", key, bit).isFalse();
                } catch (BackupException e) {
                    refusals.add(e.code());
                    assertThat(needed).as("%s bit %d: %s", key, bit, e).isTrue();
                    assertThat(store.received).as("%s bit %d", key, bit).isZero();
                }
            }
            replace(server, key, sound);
        }
        assertThat(restored(server, encryption, backup, new Random(1)).held).isEqualTo(content);
        assertThat(refusals).doesNotContain(ErrorCode.INTERNAL);
    }

    private static byte[] read(MemoryServer server, String key) {
        try (InputStream in = server.open().open(key, 0)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(MemoryServer server, String key, byte[] bytes) {
        server.erase(key);
        try (ObjectUpload upload = server.open().upload(key)) {
            upload.write(bytes);
            upload.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
