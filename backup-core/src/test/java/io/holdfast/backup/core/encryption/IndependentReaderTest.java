package io.holdfast.backup.core.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Backupable;
import io.holdfast.backup.PayloadIDSet;
import io.holdfast.backup.StoreIdentity;
import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.core.executor.BackupExecutor;
import io.holdfast.backup.core.executor.BackupRequest;
import io.holdfast.backup.core.key.EncryptionConfig;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.Manifest;
import io.holdfast.backup.core.repository.Repository;
import io.holdfast.backup.core.repository.RepositoryConfig;
import io.holdfast.backup.core.restore.Restorer;
import io.holdfast.backup.core.testing.Keys;
import io.holdfast.backup.destination.Destination;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/FORMAT.md says is enough: a script in another language reads what Holdfast wrote, and Holdfast what a script wrote. */
class IndependentReaderTest {
    private static final StoreIdentity STORE = new StoreIdentity("bytes-1", "bytes");
    private static final Path ARCHIVE = IndependentReader.HOME.resolve("archive");

    @TempDir
    Path directory;

    private final Keys host = new Keys("KEY", "PRIVATE", "REPOSITORY");
    private final byte[] content = content();
    private Path root;
    private Path payload;
    private Path ids;

    @BeforeEach
    void places() {
        root = directory.resolve("repository");
        payload = directory.resolve("payload");
        ids = directory.resolve("ids");
    }

    private static byte[] content() {
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        Arrays.fill(bytes, 0, 100_000, (byte) 7);
        return bytes;
    }

    /** A store that is a row of bytes. */
    private record Bytes(byte[][] held) implements Backupable {
        @Override
        public PayloadIDSet backup(OutputStream out, BackupContext context) throws IOException {
            out.write(held[0]);
            PayloadIDSet ids = context.newPayloadIDSet();
            List.of("a", "b", "\u00e4").forEach(ids::add);
            return ids;
        }

        @Override
        public void restore(InputStream in, BackupContext context) throws IOException {
            held[0] = in.readAllBytes();
        }
    }

    private Manifest backUp(EncryptionConfig encryption, boolean compressed) {
        RepositoryConfig.Builder config = RepositoryConfig.builder(STORE).encryption(encryption);
        if (!compressed) {
            config.uncompressed();
        }
        try (Destination destination = Destinations.open(root.toUri());
                BackupExecutor executor = BackupExecutor.builder(Repository.open(destination, config.build()))
                        .build()) {
            return executor.run(new Bytes(new byte[][] {content}), BackupRequest.manual());
        }
    }

    private IndependentReader.Result read(String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(root.toString(), "--payload", payload.toString(), "--ids", ids.toString()));
        arguments.addAll(List.of(options));
        Map<String, String> environment = Map.of(
                "KEY", HexFormat.of().formatHex(Keys.bytes("KEY")),
                "WRONG", HexFormat.of().formatHex(Keys.bytes("WRONG")),
                "PRIVATE", HexFormat.of().formatHex(Keys.bytes("PRIVATE")));
        return IndependentReader.script("holdfast_reader.py", environment, arguments);
    }

    private void requireRead(Manifest manifest, IndependentReader.Result result) throws IOException {
        assertThat(result.output()).isEqualTo(manifest.backupId().value());
        assertThat(Files.readAllBytes(payload)).isEqualTo(content);
        assertThat(Files.readAllLines(ids)).containsExactly("a", "b", "\u00e4");
    }

    private void requireRefused(String reason, IndependentReader.Result result) throws IOException {
        assertThat(result.output()).startsWith("REFUSED").contains(reason);
        assertThat(result.status()).isEqualTo(1);
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("repository");
        }
    }

    private static void assumePython() {
        assumeTrue(IndependentReader.isHere(List.of()), "python3 with the package cryptography is not here");
    }

    @Test
    void it_restores_an_archive_with_a_key_from_the_environment() throws IOException {
        assumePython();
        Manifest manifest = backUp(host.config().recipient("env:KEY").build(), false);
        requireRead(manifest, read("--key", "env:KEY"));
    }

    @Test
    void it_restores_a_compressed_archive() throws IOException {
        assumeTrue(IndependentReader.isHere(List.of("zstd", "--version")), "python3, cryptography or zstd is not here");
        Manifest manifest = backUp(host.config().recipient("env:KEY").build(), true);
        requireRead(manifest, read("--key", "env:KEY"));
    }

    @Test
    void it_restores_an_archive_with_a_key_file() throws IOException {
        assumePython();
        Path file = Files.write(directory.resolve("key"), Keys.bytes("FILE"));
        String reference = "file:" + file;
        Manifest manifest = backUp(host.config().recipient(reference).build(), false);
        requireRead(manifest, read("--key", reference));
    }

    @Test
    void it_restores_an_archive_with_a_private_key() throws IOException {
        assumePython();
        Manifest manifest = backUp(
                host.config()
                        .recipient(Keys.publicKey("PRIVATE"))
                        .repositoryKey("env:REPOSITORY")
                        .build(),
                false);
        requireRead(manifest, read("--identity", "env:PRIVATE", "--repository-key-id", Keys.idOf("REPOSITORY")));
    }

    @Test
    void it_refuses_a_wrong_key_and_leaves_nothing() throws IOException {
        assumePython();
        Keys wrong = new Keys();
        wrong.put("WRONG", HexFormat.of().formatHex(Keys.bytes("KEY")));
        backUp(wrong.config().recipient("env:WRONG").build(), false);
        requireRefused("wrong key", read("--key", "env:WRONG"));
    }

    @Test
    void it_refuses_a_flip_in_every_object_that_it_reads() throws IOException {
        assumePython();
        Manifest manifest = backUp(host.config().recipient("env:KEY").build(), false);
        Path folder = root.resolve("backups").resolve(manifest.backupId().value());
        for (String name : List.of("payload.bin", "payload-ids.bin", "manifest.json")) {
            Path file = folder.resolve(name);
            byte[] sound = Files.readAllBytes(file);
            byte[] flipped = sound.clone();
            flipped[flipped.length - 10] ^= 1;
            Files.write(file, flipped);
            requireRefused(name, read("--key", "env:KEY"));
            Files.write(file, sound);
        }
        requireRead(manifest, read("--key", "env:KEY"));
    }

    @Test
    void the_committed_archive_is_what_the_script_makes() throws IOException {
        assumePython();
        IndependentReader.Result made =
                IndependentReader.script("make_archive.py", Map.of(), List.of(directory.toString()));
        assertThat(made).isEqualTo(new IndependentReader.Result(0, ""));
        assertThat(directory.resolve("vectors.json"))
                .hasSameBinaryContentAs(IndependentReader.HOME.resolve("vectors.json"));
        assertThat(filesBelow(directory.resolve("archive"))).isEqualTo(filesBelow(ARCHIVE));
    }

    private static Map<String, String> filesBelow(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    private static String digits(int first) {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (first + i);
        }
        return HexFormat.of().formatHex(key);
    }

    private static void requireVectorArchive(EncryptionConfig encryption) {
        byte[] expected = new byte[65537];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (i * 31 % 251);
        }
        try (Destination destination = Destinations.open(ARCHIVE.toUri())) {
            Repository repository = Repository.openReadOnly(destination, encryption);
            BackupId backup = new Restorer(repository).newest().id();
            Bytes restored = new Bytes(new byte[1][]);
            new Restorer(repository).restore(backup, restored);
            assertThat(restored.held()[0]).isEqualTo(expected);
            List<String> ids = new ArrayList<>();
            try {
                repository
                        .reader(repository.get(backup).manifest().orElseThrow())
                        .payloadIds(ids::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(ids).containsExactly("block-1", "block-2", "bl\u00f6ck");
        }
    }

    @Test
    void an_archive_that_a_script_made_is_restored_with_a_key_from_the_environment() {
        Keys keys = new Keys();
        keys.put("VECTOR_KEY", digits(0x40));
        requireVectorArchive(keys.config().recipient("env:VECTOR_KEY").build());
    }

    @Test
    void an_archive_that_a_script_made_is_restored_with_a_private_key() {
        Keys keys = new Keys();
        keys.put("VECTOR_PRIVATE", digits(0x60));
        keys.put("VECTOR_REPOSITORY", digits(0x00));
        requireVectorArchive(keys.config()
                .identity("env:VECTOR_PRIVATE")
                .repositoryKey("env:VECTOR_REPOSITORY")
                .build());
    }
}
