package io.holdfast.backup.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.Finding;
import io.holdfast.backup.core.manifest.WrappedKey;
import io.holdfast.backup.core.testing.Bench;
import io.holdfast.backup.key.KeyProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyProvidersTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final byte[] CONTEXT = "what it is for".getBytes(StandardCharsets.UTF_8);
    private static final String REPOSITORY = "01KK4M2C8QZ5T4R3W2V1Y0X9AB";

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>(Map.of("KEY", HEX));

    private EncryptionConfig.Builder config() {
        return EncryptionConfig.builder().environment(environment::get);
    }

    private String keyFile(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return "file:" + file;
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static WrappedKey wrapped(KeyRing ring, String reference, KeyMaterial key) {
        return WrappedKey.of(
                REPOSITORY, Optional.empty(), reference, ring.wrap(reference, key, CONTEXT), Instant.EPOCH);
    }

    @Test
    void every_built_in_scheme_unwraps_what_it_wrapped() throws IOException {
        String identity = keyFile("private", random(1));
        String publicKey = X25519.recipient(KeyMaterial.of(random(1)));
        String file = keyFile("key", random(2));
        KeyRing ring = new KeyRing(config().recipient("env:KEY")
                .recipient(file)
                .recipient(publicKey)
                .identity(identity)
                .build());
        for (String reference : ring.recipients()) {
            for (long seed = 0; seed < 20; seed++) {
                try (KeyMaterial key = KeyMaterial.of(random(seed))) {
                    WrappedKey one = wrapped(ring, reference, key);
                    assertThat(ring.unwrap(one, CONTEXT)).as("seed %d", seed).isEqualTo(key);
                    assertThat(ring.wrap(reference, key, CONTEXT)).isNotEqualTo(one.wrappedBytes());
                }
            }
        }
    }

    @Test
    void every_flip_of_a_wrapped_key_and_every_other_context_is_refused() throws IOException {
        String publicKey = X25519.recipient(KeyMaterial.of(random(1)));
        KeyRing ring = new KeyRing(config().recipient("env:KEY")
                .recipient(publicKey)
                .identity(keyFile("private", random(1)))
                .build());
        for (String reference : ring.recipients()) {
            WrappedKey one = wrapped(ring, reference, KeyMaterial.of(random(2)));
            assertThat(Bench.codeOf(() -> ring.unwrap(one, new byte[1]))).isEqualTo(ErrorCode.DECRYPTION_FAILED);
            byte[] bytes = one.wrappedBytes();
            for (int bit = 0; bit < 8 * bytes.length; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                WrappedKey changed = WrappedKey.of(REPOSITORY, Optional.empty(), reference, flipped, Instant.EPOCH);
                assertThat(Bench.codeOf(() -> ring.unwrap(changed, CONTEXT)))
                        .as("%s bit %d", reference, bit)
                        .isEqualTo(ErrorCode.DECRYPTION_FAILED);
            }
        }
    }

    @Test
    void an_archive_cannot_choose_a_key_of_this_host() throws IOException {
        environment.put("OTHER", HEX);
        WrappedKey lure =
                wrapped(new KeyRing(config().recipient("env:OTHER").build()), "env:OTHER", KeyMaterial.of(random(1)));
        KeyRing ring = new KeyRing(config().recipient("env:KEY").build());
        assertThatThrownBy(() -> ring.unwrap(lure, CONTEXT))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE))
                .hasMessageContaining("env:OTHER")
                .hasMessageContaining("[env:KEY]");
        assertThat(new KeyRing(config().recipient("env:KEY").accept("env:OTHER").build()).unwrap(lure, CONTEXT))
                .isEqualTo(KeyMaterial.of(random(1)));
    }

    @Test
    void a_key_wrapped_for_somebody_else_is_unavailable() throws IOException {
        String theirs = X25519.recipient(KeyMaterial.of(random(9)));
        KeyRing ring = new KeyRing(config().recipient(theirs)
                .identity(keyFile("private", random(1)))
                .build());
        WrappedKey one = wrapped(ring, theirs, KeyMaterial.of(random(2)));
        assertThat(Bench.codeOf(() -> ring.unwrap(one, CONTEXT))).isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        assertThat(Bench.codeOf(() -> new KeyRing(config().recipient(theirs).build()).unwrap(one, CONTEXT)))
                .isEqualTo(ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
    }

    @Test
    void another_key_under_the_same_reference_is_refused() {
        KeyRing ring = new KeyRing(config().recipient("env:KEY").build());
        WrappedKey one = wrapped(ring, "env:KEY", KeyMaterial.of(random(1)));
        environment.put("KEY", HEX.replace('0', '1'));
        assertThat(Bench.codeOf(() -> ring.unwrap(one, CONTEXT))).isEqualTo(ErrorCode.DECRYPTION_FAILED);
    }

    @Test
    void keys_that_are_missing_or_malformed_are_told_apart() throws IOException {
        environment.put("BLANK", " ");
        environment.put("SHORT", HEX.substring(1));
        environment.put("NOT_HEX", HEX.replace('a', 'g'));
        environment.put("UPPER", " " + HEX.toUpperCase(java.util.Locale.ROOT) + "\n");
        String lowOrder = "x25519:" + "00".repeat(32);
        Map<String, ErrorCode> expected = new HashMap<>();
        expected.put("env:MISSING", ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        expected.put("env:BLANK", ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        expected.put("env:SHORT", ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put("env:NOT_HEX", ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put("env:9", ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put("file:" + directory.resolve("missing"), ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        expected.put("file:" + directory, ErrorCode.ENCRYPTION_KEY_UNAVAILABLE);
        expected.put("file:relative", ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put(keyFile("31", new byte[31]), ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put(keyFile("33", new byte[33]), ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put("x25519:abc", ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.put(lowOrder, ErrorCode.ENCRYPTION_KEY_INVALID);
        expected.forEach((reference, code) -> {
            KeyRing ring = new KeyRing(config().recipient(reference).build());
            assertThat(Bench.codeOf(() -> ring.tryWrap(reference)))
                    .as(reference)
                    .isEqualTo(code);
        });
        new KeyRing(config().recipient("env:UPPER").build()).tryWrap("env:UPPER");
    }

    @Test
    void an_unknown_scheme_is_refused_at_once_and_names_the_known_ones() {
        assertThatThrownBy(() -> new KeyRing(config().recipient("kms:key-1").build()))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("\"kms\"")
                .hasMessageContaining("[env, file, x25519]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "env", ":x", "Env:X", "env:", "env:a b", "env:a\"b", "env:a\nb", "env:ä"})
    void what_is_no_reference_is_refused(String reference) {
        assertThatThrownBy(() -> config().recipient(reference)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Reverses the bytes: enough to see that it is asked. */
    private record MirrorProvider(String scheme) implements KeyProvider {
        @Override
        public byte[] wrap(String reference, byte[] dataKey, byte[] context) {
            byte[] mirrored = new byte[dataKey.length];
            for (int i = 0; i < mirrored.length; i++) {
                mirrored[i] = dataKey[mirrored.length - 1 - i];
            }
            return mirrored;
        }

        @Override
        public byte[] unwrap(String reference, byte[] wrapped, byte[] context) {
            return wrap(reference, wrapped, context);
        }
    }

    @Test
    void a_provider_of_the_application_serves_its_scheme() {
        KeyRing ring = new KeyRing(config().recipient("mirror:on-the-wall")
                .provider(new MirrorProvider("mirror"))
                .build());
        KeyMaterial key = KeyMaterial.of(random(1));
        assertThat(ring.unwrap(wrapped(ring, "mirror:on-the-wall", key), CONTEXT))
                .isEqualTo(key);
    }

    @Test
    void two_providers_of_one_scheme_are_refused() {
        assertThatThrownBy(() ->
                        new KeyRing(config().provider(new MirrorProvider("env")).build()))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("\"env\"")
                .hasMessageContaining("MirrorProvider");
    }

    @Test
    void a_check_names_keys_that_cannot_be_used_and_files_that_others_can_read() throws IOException {
        String open = keyFile("open", random(1));
        Files.setPosixFilePermissions(directory.resolve("open"), PosixFilePermissions.fromString("rw-r-----"));
        List<Finding> findings = config().recipient("env:KEY")
                .recipient("env:MISSING")
                .recipient(open)
                .build()
                .check();
        assertThat(findings)
                .extracting(Finding::severity, Finding::code)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Finding.Severity.ERROR, "encryption_key_unavailable"),
                        org.assertj.core.groups.Tuple.tuple(Finding.Severity.WARNING, "key_file_readable_by_others"));
        assertThat(config().recipient("env:KEY").build().check()).isEmpty();
    }

    @Test
    void nothing_shows_a_key() {
        KeyMaterial key = KeyMaterial.of(HexFormat.of().parseHex(HEX));
        RepositoryKey repositoryKey = new RepositoryKey(key);
        for (Object shown :
                List.of(key, repositoryKey, config().recipient("env:KEY").build())) {
            assertThat(shown.toString()).doesNotContain(HEX).doesNotContain("001122");
        }
        assertThatThrownBy(() -> new java.io.ObjectOutputStream(new java.io.ByteArrayOutputStream()).writeObject(key))
                .isInstanceOf(java.io.NotSerializableException.class);
    }

    @Test
    void a_closed_key_is_zeroed() {
        KeyMaterial key = KeyMaterial.of(random(1));
        KeyMaterial copy = key.copy();
        key.close();
        assertThat(key.isDestroyed()).isTrue();
        assertThatThrownBy(key::getEncoded).isInstanceOf(IllegalStateException.class);
        assertThat(Arrays.equals(copy.getEncoded(), random(1))).isTrue();
    }
}
