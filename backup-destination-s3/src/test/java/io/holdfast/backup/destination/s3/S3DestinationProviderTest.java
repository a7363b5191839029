package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Capability;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.DestinationInfo;
import io.holdfast.backup.destination.DestinationProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration may say, and what opening makes of it. */
class S3DestinationProviderTest {
    /** Nobody listens there: opening must not try. */
    private static final String ENDPOINT = "http://127.0.0.1:1";

    private static final String SECRET = "s3cr3t&%+/=";

    private static Map<String, String> properties(String... more) {
        Map<String, String> properties = new HashMap<>(
                Map.of("bucket", "bucket", "region", "eu-south-1", "access-key", "AKEY", "secret-key", SECRET));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        properties.values().removeIf("-"::equals);
        return properties;
    }

    private static S3Settings read(String... more) {
        return SettingsReader.read(DestinationConfig.of("s3", properties(more)));
    }

    private static DestinationInfo info(URI uri) {
        try (Destination destination = new S3DestinationProvider().open(DestinationConfig.of(uri))) {
            return destination.info();
        }
    }

    @Test
    void the_service_loader_finds_it() {
        assertThat(ServiceLoader.load(DestinationProvider.class)).hasOnlyOneElementSatisfying(provider -> {
            assertThat(provider).isInstanceOf(S3DestinationProvider.class);
            assertThat(provider.kind()).isEqualTo("s3");
            assertThat(provider.uriSchemes()).containsExactly("s3");
        });
    }

    @Test
    void opening_needs_no_network_and_no_thread() {
        try (Destination destination = new S3DestinationProvider()
                .open(DestinationConfig.of("s3", properties("endpoint", ENDPOINT, "prefix", "a/b")))) {
            assertThat(destination.info().location()).isEqualTo("s3:http://127.0.0.1:1/bucket/a/b");
            assertThat(destination.info().capabilities()).containsExactlyInAnyOrder(Capability.values());
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("holdfast-s3"));
        }
    }

    @Test
    void a_uri_says_the_same_as_properties() {
        String endpoint = "https%3A%2F%2Fminio.example.org%3A9000";
        DestinationInfo info = info(URI.create("s3://bucket/a/b/?endpoint=" + endpoint
                + "&access-key=AKEY&secret-key=s3cr3t%26%25%2B%2F%3D&part-size=16MiB"));
        assertThat(info.location()).isEqualTo("s3:https://minio.example.org:9000/bucket/a/b");
    }

    @ParameterizedTest
    @CsvSource({
        "-, a/b, s3://bucket/a/b",
        "-, /a/b/, s3://bucket/a/b",
        "-, -, s3://bucket",
        "https://s3.eu-south-1.amazonaws.com, a, s3://bucket/a",
        "https://HOST.example.org:443/, a, s3:https://host.example.org/bucket/a",
        "http://host.example.org:80, a, s3:http://host.example.org/bucket/a",
        "http://host.example.org:8080/s3/, a, s3:http://host.example.org:8080/s3/bucket/a",
        "http://[::1]:9000, a, s3:http://[::1]:9000/bucket/a"
    })
    void a_place_has_one_name(String endpoint, String prefix, String location) {
        S3Settings settings = read("endpoint", endpoint, "prefix", prefix);
        assertThat(settings.location().canonical()).isEqualTo(location);
        assertThat(settings.location().pathStyle()).isEqualTo(!endpoint.equals("-"));
    }

    @Test
    void all_mistakes_are_told_at_once_and_no_secret() {
        var failure = assertFails(
                ErrorCode.DESTINATION_CONFIG_INVALID,
                () -> read(
                        "bucket", "a",
                        "prefix", "a//b",
                        "region", "Nowhere!",
                        "endpoint", "ftp://host",
                        "path-style", "perhaps",
                        "access-key", "-",
                        "part-size", "1MiB",
                        "parts-in-flight", "0",
                        "timeout", "soon",
                        "checksums", "sometimes",
                        "encryption", "rot13",
                        "kms-key", "k",
                        "tags", "a=b,c",
                        "ca-file", "/no/such/file",
                        "proxy-user", "me",
                        "exclusive-commit", "always",
                        "proxy-password", "proxy-" + SECRET,
                        "max_retries", "5"));
        assertThat(failure.getMessage())
                .contains("bucket must", "prefix must", "region must", "endpoint must", "path-style must")
                .contains("access-key is missing", "part-size must", "parts-in-flight must", "timeout must")
                .contains("checksums must", "encryption must", "kms-key needs", "tags must", "ca-file must")
                .contains("proxy-user needs", "exclusive-commit must", "max_retries is unknown")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "region, -, region is missing",
        "secret-key, -, secret-key is missing",
        "credentials, default, one of them",
        "profile, p, one of them",
        "bucket, -, bucket is missing",
        "endpoint, http://user:pass@host, must hold no user",
        "endpoint, http://host?a=b, must have no ?",
        "proxy, nonsense, proxy must be http",
        "part-size, 100MiB, half of the memory",
        "tags, 'a=1,a=2', different",
        "prefix, ../up, form of a key"
    })
    void a_mistake_is_named(String name, String value, String complaint) {
        assertThat(assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> read(name, value)))
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "s3:bucket, must name a bucket",
        "s3:///a, must name a bucket",
        "s3://bucket/a?prefix=b, prefix must not",
        "s3://key:secret@bucket/a, bucket must",
        "s3://bucket/a#b, %23"
    })
    void a_wrong_uri_is_refused(String uri, String complaint) {
        assertThat(assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> info(URI.create(uri))))
                .hasMessageContaining(complaint)
                .message()
                .doesNotContain("key:secret");
    }

    @Test
    void keys_are_not_asked_of_who_says_where_they_come_from() {
        assertThat(read("access-key", "-", "secret-key", "-", "credentials", "default"))
                .isNotNull();
        assertThat(read("access-key", "-", "secret-key", "-", "profile", "backup"))
                .isNotNull();
        assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> read("access-key", "-", "secret-key", "-"));
    }

    @ParameterizedTest
    @CsvSource({"blocks", "blocks/backups/below", "''", "'other,blocks/backups'"})
    void a_prefix_that_is_reserved_is_a_conflict(String reserved) {
        assertFails(
                ErrorCode.DESTINATION_PATH_CONFLICT,
                () -> read("prefix", "blocks/backups", "reserved-prefixes", reserved.isEmpty() ? "/" : reserved));
    }

    @Test
    void a_prefix_beside_a_reserved_one_is_none() {
        assertThat(read("prefix", "backups", "reserved-prefixes", "blocks,backups-2,back"))
                .isNotNull();
        assertFails(ErrorCode.DESTINATION_PATH_CONFLICT, () -> read("reserved-prefixes", "blocks"));
    }

    @Test
    void a_file_of_no_certificates_is_refused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("ca.pem"), "no certificate");
        assertThat(assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> read("ca-file", file.toString())))
                .hasMessageContaining("ca-file must be a readable file of certificates");
    }

    @Test
    void no_text_holds_a_secret() {
        S3Settings settings = read("proxy", "http://proxy:1", "proxy-user", "me", "proxy-password", SECRET);
        assertThat(settings + " " + settings.network() + " " + settings.credentials())
                .doesNotContain(SECRET, "AKEY");
    }
}
