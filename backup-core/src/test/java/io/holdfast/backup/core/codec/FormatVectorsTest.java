package io.holdfast.backup.core.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.backup.core.key.Hkdf;
import io.holdfast.backup.core.key.KeyMaterial;
import io.holdfast.backup.core.manifest.BackupId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The frames of docs/reader/vectors.json, which another language made. */
class FormatVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private JsonNode vectors;
    private KeyMaterial dataKey;
    private byte[] salt;
    private ObjectHeader header;

    @BeforeEach
    void read() throws IOException {
        vectors = new ObjectMapper()
                .readTree(Path.of("..", "docs", "reader", "vectors.json").toFile());
        dataKey = KeyMaterial.of(bytes("data_key"));
        salt = bytes("salt");
        header = new ObjectHeader(
                ObjectRole.PAYLOAD,
                vectors.get("repository_id").asText(),
                new BackupId(vectors.get("backup_id").asText()),
                vectors.get("store_id").asText());
    }

    private byte[] bytes(String name) {
        return HEX.parseHex(vectors.get(name).asText());
    }

    @Test
    void the_keys_of_both_objects_are_derived_as_another_language_does() {
        assertThat(Hkdf.derive(dataKey, salt, ObjectRole.PAYLOAD.keyInfo()).getEncoded())
                .isEqualTo(bytes("payload_key"));
        assertThat(Hkdf.derive(KeyMaterial.of(bytes("repository_key")), salt, ObjectRole.PAYLOAD_IDS.keyInfo())
                        .getEncoded())
                .isEqualTo(bytes("payload_ids_key"));
    }

    @Test
    void objects_are_sealed_to_the_bytes_of_another_language_and_opened_from_them() throws IOException {
        assertThat(vectors.get("objects")).hasSize(3);
        for (JsonNode object : vectors.get("objects")) {
            byte[] plain = HEX.parseHex(object.get("plain").asText());
            byte[] stored = HEX.parseHex(object.get("stored").asText());
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            try (EncryptedOutput out = new EncryptedOutput(sink, dataKey, header, salt)) {
                out.write(plain);
            }
            assertThat(sink.toByteArray()).as(object.get("name").asText()).isEqualTo(stored);
            try (EncryptedInput in = new EncryptedInput(new ByteArrayInputStream(stored), dataKey, header)) {
                assertThat(in.readAllBytes()).isEqualTo(plain);
            }
        }
    }
}
