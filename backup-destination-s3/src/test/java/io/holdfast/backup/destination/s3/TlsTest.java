package io.holdfast.backup.destination.s3;

import static io.holdfast.backup.destination.s3.Acts.assertFails;
import static io.holdfast.backup.destination.s3.Acts.bytes;
import static io.holdfast.backup.destination.s3.Acts.get;
import static io.holdfast.backup.destination.s3.Acts.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the driver trusts, over TLS. */
class TlsTest {
    @TempDir
    private static Path directory;

    private static ServerCertificate certificate;
    private static LocalS3Server server;
    private static String bucket;

    @BeforeAll
    static void start() throws Exception {
        certificate = ServerCertificate.make(Files.createDirectory(directory.resolve("own")), "ip:127.0.0.1");
        server = LocalS3Server.withTls(Files.createDirectory(directory.resolve("objects")), certificate);
        bucket = server.newBucket();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static Destination open(String host, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(server.properties(bucket));
        properties.put("endpoint", "https://" + host + ":" + server.securePort());
        properties.put("attempts", "1");
        properties.putAll(more);
        return new S3DestinationProvider().open(DestinationConfig.of("s3", properties));
    }

    @Test
    void a_server_whose_certificate_is_named_is_trusted() {
        byte[] small = bytes(1_000);
        byte[] inParts = bytes(13 << 20);
        try (Destination destination =
                open("127.0.0.1", Map.of("ca-file", certificate.pem().toString(), "part-size", "5MiB"))) {
            put(destination, "small", small);
            put(destination, "in-parts", inParts);
            assertThat(get(destination, "small")).isEqualTo(small);
            assertThat(get(destination, "in-parts")).isEqualTo(inParts);
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused() {
        try (Destination destination = open("127.0.0.1", Map.of())) {
            assertThat(assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> destination.stat("key")))
                    .hasMessageContaining("ca-file");
        }
    }

    @Test
    void a_certificate_that_another_one_vouches_for_is_refused() throws Exception {
        ServerCertificate other =
                ServerCertificate.make(Files.createDirectory(directory.resolve("other")), "ip:127.0.0.1");
        try (Destination destination =
                open("127.0.0.1", Map.of("ca-file", other.pem().toString()))) {
            assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> destination.stat("key"));
        }
    }

    @Test
    void a_certificate_for_another_host_is_refused() {
        try (Destination destination =
                open("localhost", Map.of("ca-file", certificate.pem().toString()))) {
            assertFails(ErrorCode.DESTINATION_CONFIG_INVALID, () -> destination.stat("key"));
        }
    }
}
