package io.holdfast.backup.core.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.backup.core.manifest.BackupId;
import io.holdfast.backup.core.manifest.WrappedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keys of docs/reader/vectors.json, which another language made. */
class KeyVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private JsonNode vectors;
    private byte[] context;

    @BeforeEach
    void read() throws IOException {
        vectors = new ObjectMapper()
                .readTree(Path.of("..", "docs", "reader", "vectors.json").toFile());
        context = ("holdfast v1 data key\n" + text("repository_id") + "\n" + text("backup_id"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private String text(String name) {
        return vectors.get(name).asText();
    }

    private KeyMaterial key(String name) {
        return KeyMaterial.of(HEX.parseHex(text(name)));
    }

    private byte[] unwrapped(EncryptionConfig config, String reference, String wrapped) {
        WrappedKey key = WrappedKey.of(
                text("repository_id"),
                Optional.of(new BackupId(text("backup_id"))),
                reference,
                HEX.parseHex(text(wrapped)),
                Instant.EPOCH);
        return new KeyRing(config).unwrap(key, context).getEncoded();
    }

    @Test
    void the_repository_key_has_the_id_that_another_language_derives() {
        try (RepositoryKey repositoryKey = new RepositoryKey(key("repository_key"))) {
            assertThat(repositoryKey.id()).isEqualTo(text("repository_key_id"));
        }
    }

    @Test
    void the_seals_are_those_of_another_language() {
        byte[] message = {1, 2, 3};
        try (RepositoryKey repositoryKey = new RepositoryKey(key("repository_key"));
                KeyMaterial sealKey = key("seal_key").forHmac();
                KeyMaterial digestKey = key("payload_ids_digest_key").forHmac()) {
            assertThat(repositoryKey.seal().compute(message))
                    .isEqualTo(Hkdf.newHmac(sealKey).doFinal(message));
            assertThat(repositoryKey.payloadIdsMac().doFinal(message))
                    .isEqualTo(Hkdf.newHmac(digestKey).doFinal(message));
        }
    }

    @Test
    void a_key_that_another_language_wrapped_is_unwrapped() {
        Map<String, String> environment = Map.of("ENV", text("env_key"), "PRIVATE", text("private_key"));
        EncryptionConfig config = EncryptionConfig.builder()
                .environment(environment::get)
                .recipient("env:ENV")
                .identity("env:PRIVATE")
                .build();
        byte[] dataKey = HEX.parseHex(text("data_key"));
        assertThat(unwrapped(config, "env:ENV", "wrapped_for_env")).isEqualTo(dataKey);
        assertThat(unwrapped(config, "x25519:" + text("public_key"), "wrapped_for_x25519"))
                .isEqualTo(dataKey);
    }

    @Test
    void a_key_is_wrapped_to_the_bytes_of_another_language() {
        byte[] info = ("holdfast v1 wrap\n" + new String(context, StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] wrapped = Hpke.seal(
                        key("ephemeral_private_key"),
                        HEX.parseHex(text("public_key")),
                        info,
                        HEX.parseHex(text("data_key")))
                .toBytes();
        assertThat(wrapped).isEqualTo(HEX.parseHex(text("wrapped_for_x25519")));
        assertThat(X25519.recipient(key("private_key"))).isEqualTo("x25519:" + text("public_key"));
    }
}
