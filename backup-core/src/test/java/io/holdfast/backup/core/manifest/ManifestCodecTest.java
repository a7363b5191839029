package io.holdfast.backup.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.StoreIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestCodecTest {
    private static final String KEY = "backups/01ARZ3NDEKTSV4RRFFQ69G5FAV/manifest.json";
    private static final BackupId ID = new BackupId("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final String REPOSITORY = "01ARZ3NDEKTSV4RRFFQ69G5FAA";
    private static final Instant TIME = Instant.parse("2026-01-31T02:00:00.123Z");

    private final ManifestCodec codec = new ManifestCodec(Seal.checksum());

    @Test
    void the_bytes_of_format_1_never_change() throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("/golden/manifest.json")) {
            assertThat(new String(codec.encode(manifest()), StandardCharsets.UTF_8))
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void every_kind_of_object_is_read_as_it_was_written() {
        Manifest bare = new Manifest(
                REPOSITORY,
                ID,
                BackupKind.SAFETY,
                new TreeMap<>(),
                TIME,
                null,
                new StoreIdentity("s", "k"),
                new StoredObject("0".repeat(64), 0),
                0,
                "zstd",
                "none",
                new PayloadIdsSection(0, new StoredObject("1".repeat(64), 0), "2".repeat(64)),
                new TreeMap<>(),
                "p",
                null);
        VoidMarker voided = new VoidMarker(REPOSITORY, ID, "pid-1", "no \"sign\" of life \u2026", TIME);
        Intent intent =
                new Intent(REPOSITORY, ID, BackupKind.SCHEDULED, "store", "job", "owner", TIME, TIME.plusSeconds(1));
        RepositoryDescription description = new RepositoryDescription(REPOSITORY, new StoreIdentity("a:b", "k"), TIME);
        LineageEntry lineage = new LineageEntry(REPOSITORY, 3, "store-2", TIME);
        Pin pin = new Pin(REPOSITORY, ID, "operator", "why", TIME);
        Deletion deletion = new Deletion(REPOSITORY, ID, "owner", TIME);
        Verification sound =
                new Verification(REPOSITORY, ID, VerifyLevel.DIGEST, TIME, 5, Duration.ofMillis(7), null, null);
        Verification damaged = new Verification(
                REPOSITORY,
                ID,
                VerifyLevel.DECODED,
                TIME,
                5,
                Duration.ofMillis(8),
                "10 rows counted",
                new Verification.Damage(ErrorCode.INTEGRITY_MISMATCH, "bad"));

        assertThat(codec.decodePublication(codec.encode(manifest()), KEY)).isEqualTo(manifest());
        assertThat(codec.decodePublication(codec.encode(bare), KEY)).isEqualTo(bare);
        assertThat(codec.decodePublication(codec.encode(voided), KEY)).isEqualTo(voided);
        assertThat(codec.decodeIntent(codec.encode(intent), KEY)).isEqualTo(intent);
        assertThat(codec.decodeRepositoryDescription(codec.encode(description), KEY))
                .isEqualTo(description);
        assertThat(codec.decodeLineageEntry(codec.encode(lineage), KEY)).isEqualTo(lineage);
        assertThat(codec.decodePin(codec.encode(pin), KEY)).isEqualTo(pin);
        assertThat(codec.decodeDeletion(codec.encode(deletion), KEY)).isEqualTo(deletion);
        assertThat(codec.decodeVerification(codec.encode(sound), KEY)).isEqualTo(sound);
        assertThat(codec.decodeVerification(codec.encode(damaged), KEY)).isEqualTo(damaged);
    }

    @Test
    void one_kind_of_object_cannot_stand_in_for_another() {
        byte[] pin = codec.encode(new Pin(REPOSITORY, ID, "operator", "why", TIME));

        requireRefused(() -> codec.decodeDeletion(pin, KEY), ErrorCode.MANIFEST_INVALID, "field object");
    }

    @Test
    void every_flip_and_every_truncation_is_refused() {
        byte[] sound = codec.encode(manifest());
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> codec.decodePublication(flipped, KEY))
                    .as("bit %d", bit)
                    .isInstanceOf(BackupException.class);
        }
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> codec.decodePublication(cut, KEY))
                    .as("length %d", length)
                    .isInstanceOf(BackupException.class);
        }
    }

    @Test
    void random_bytes_are_refused_and_nothing_else_happens() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> codec.decodePublication(bytes, KEY))
                    .as("round %d", i)
                    .isInstanceOfSatisfying(
                            BackupException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MANIFEST_INVALID));
        }
    }

    @Test
    void more_than_a_mebibyte_is_refused_unread() {
        requireRefused(
                () -> codec.decodePublication(new byte[ManifestCodec.MAX_BYTES + 1], KEY),
                ErrorCode.MANIFEST_INVALID,
                "1048576");
    }

    @ParameterizedTest
    @CsvSource({
        "'', expected",
        "not json, expected JSON",
        "[], JSON object",
        "{} {}, expected JSON",
        "'{\"a\":1,\"a\":2}', expected JSON",
        "'{\"manifest_version\":\"1\"}', field manifest_version",
        "'{\"manifest_version\":1.5}', field manifest_version",
        "'{\"manifest_version\":0}', field manifest_version",
        "'{\"manifest_version\":-1}', field manifest_version",
        "'{\"object\":\"manifest\"}', field manifest_version"
    })
    void what_has_not_the_form_is_refused_with_what_is_wrong(String text, String words) {
        requireRefused(
                () -> codec.decodePublication(text.getBytes(StandardCharsets.UTF_8), KEY),
                ErrorCode.MANIFEST_INVALID,
                words);
    }

    @Test
    void deep_nesting_is_refused() {
        String deep = "{\"a\":" + "[".repeat(100_000);
        requireRefused(
                () -> codec.decodePublication(deep.getBytes(StandardCharsets.UTF_8), KEY),
                ErrorCode.MANIFEST_INVALID,
                "JSON");
    }

    @Test
    void a_newer_version_is_named_even_if_it_is_sealed_in_another_way() {
        requireRefused(
                () -> codec.decodePublication("{\"manifest_version\":2}".getBytes(StandardCharsets.UTF_8), KEY),
                ErrorCode.MANIFEST_VERSION_UNSUPPORTED,
                "manifest_version is 2");
    }

    @Test
    void an_object_without_a_seal_is_refused() {
        requireRefused(
                () -> codec.decodePublication("{\"manifest_version\":1}".getBytes(StandardCharsets.UTF_8), KEY),
                ErrorCode.MANIFEST_TAMPERED,
                "checksum");
    }

    @Test
    void fields_of_the_future_are_ignored() {
        byte[] bytes = withFields(fields -> fields.put("zz_future", Map.of("deep", 1)));

        assertThat(codec.decodePublication(bytes, KEY)).isEqualTo(manifest());
    }

    @ParameterizedTest
    @CsvSource({
        "sha256", "size_bytes", "plain_size_bytes", "created_at", "store_id", "store_kind", "kind", "labels",
        "engine_metadata", "payload_ids", "compression", "encryption", "producer", "backup_id", "repository_id",
                "object"
    })
    void a_field_that_is_missing_or_of_a_wrong_type_is_named(String name) {
        requireRefused(
                () -> codec.decodePublication(withFields(fields -> fields.remove(name)), KEY),
                ErrorCode.MANIFEST_INVALID,
                "field " + name);
        requireRefused(
                () -> codec.decodePublication(withFields(fields -> fields.put(name, true)), KEY),
                ErrorCode.MANIFEST_INVALID,
                "field " + name);
    }

    @ParameterizedTest
    @CsvSource({
        "size_bytes, -1",
        "size_bytes, 9223372036854775808",
        "sha256, ABCDEF",
        "created_at, yesterday",
        "kind, weekly",
        "backup_id, 1",
        "store_kind, Upper Case"
    })
    void a_value_out_of_range_is_named(String name, String value) {
        Object json = name.equals("size_bytes") ? new java.math.BigInteger(value) : value;
        requireRefused(
                () -> codec.decodePublication(withFields(fields -> fields.put(name, json)), KEY),
                ErrorCode.MANIFEST_INVALID,
                "field ");
    }

    @Test
    void attributes_are_bounded_for_writers_as_for_readers() {
        SortedMap<String, String> many = new TreeMap<>();
        for (int i = 0; i <= Attributes.MAX_ENTRIES; i++) {
            many.put("name-" + i, "value");
        }
        for (Map<String, String> wrong : java.util.List.of(
                many,
                Map.of("with blank", "v"),
                Map.of("", "v"),
                Map.of("name", "x".repeat(Attributes.MAX_VALUE_LENGTH + 1)),
                Map.of("name", "\ud800"))) {
            assertThatThrownBy(() -> Attributes.copyOf(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        requireRefused(
                () -> codec.decodePublication(withFields(fields -> fields.put("labels", many)), KEY),
                ErrorCode.MANIFEST_INVALID,
                "field labels");
    }

    private byte[] withFields(Consumer<SortedMap<String, Object>> change) {
        SortedMap<String, Object> fields = manifest().toFields();
        change.accept(fields);
        return new SealedJson(Seal.checksum()).encode(fields);
    }

    private static void requireRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable decode, ErrorCode code, String words) {
        assertThatThrownBy(decode)
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    static Manifest manifest() {
        return new Manifest(
                REPOSITORY,
                ID,
                BackupKind.MANUAL,
                new TreeMap<>(Map.of("why", "test", "note", "\u00fcn\u00efcode \"quoted\"")),
                TIME,
                TIME.minusSeconds(60),
                new StoreIdentity("notes-1", "notes"),
                new StoredObject("a".repeat(64), 12345),
                67890,
                "zstd",
                "none",
                new PayloadIdsSection(3, new StoredObject("b".repeat(64), 99), "c".repeat(64)),
                new TreeMap<>(Map.of("schema", "1")),
                "holdfast/test java/17",
                new PreviousBackup(new BackupId("01ARZ3NDEKTSV4RRFFQ69G5FAT"), "d".repeat(64)));
    }
}
