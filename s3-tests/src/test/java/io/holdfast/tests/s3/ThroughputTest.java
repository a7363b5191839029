package io.holdfast.tests.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.core.Destinations;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.testbed.RemoteS3Server;
import io.holdfast.testbed.S3Server;
import io.holdfast.testbed.ServerCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.TlsTrustManagersProvider;

/**
 * How fast the driver is beside others: files from and to the directory of temporary files, by turns, against one server in a
 * process of its own. The size and the rounds can be chosen: -Dthroughput.mib, -Dthroughput.rounds.
 */
@Tag("soak")
class ThroughputTest {
    private static final long MIB = Long.getLong("throughput.mib", 512);
    private static final int ROUNDS = Integer.getInteger("throughput.rounds", 5);

    @TempDir
    Path directory;

    private final Map<String, List<Double>> uploads = new LinkedHashMap<>();
    private final Map<String, List<Double>> downloads = new LinkedHashMap<>();

    @Test
    void the_driver_is_measured_beside_others() throws Exception {
        Path file = directory.resolve("file");
        try (OutputStream out = Files.newOutputStream(file)) {
            RandomStore.filled(3, MIB << 20).write(out);
        }
        Path stored = Files.createDirectory(directory.resolve("stored"));
        ServerCertificate certificate =
                ServerCertificate.make(Files.createDirectory(directory.resolve("certificate")), "ip:127.0.0.1");
        String keyFolder = certificate.keyStore().getParent().toString();
        try (ChildJvm child = ChildJvm.start(List.of("-Xmx1g"), ServerProgram.class, stored.toString(), keyFolder)) {
            S3Server server = server(child.answer());
            S3Server secure = server("https://127.0.0.1:" + child.answer());
            String bucket = server.newBucket();
            TlsTrustManagersProvider trusted = () -> trusting(certificate);
            Map<String, String> secureProperties = new HashMap<>(secure.properties(bucket));
            secureProperties.put("ca-file", certificate.pem().toString());
            Map<String, Contestant> contestants = new LinkedHashMap<>();
            contestants.put("driver", Contestant.driver(server.properties(bucket)));
            contestants.put("transfer manager", Contestant.transferManager(server, bucket, trusted));
            if (isOnPath("aws")) {
                contestants.put("aws s3 cp", Contestant.awsCli(server, bucket));
            }
            contestants.put("driver over TLS", Contestant.driver(secureProperties));
            contestants.put("transfer manager over TLS", Contestant.transferManager(secure, bucket, trusted));
            try (Destination cleaner = Destinations.open(DestinationConfig.of("s3", server.properties(bucket)))) {
                // The first round warms up.
                for (int round = 0; round <= ROUNDS; round++) {
                    for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
                        measure(contestant.getKey(), contestant.getValue(), file, round > 0);
                        Files.delete(directory.resolve("copy"));
                        removeAll(cleaner);
                    }
                }
            } finally {
                contestants.values().forEach(Contestant::close);
            }
        }
        report("upload", uploads);
        report("download", downloads);
    }

    private static S3Server server(String endpoint) {
        return RemoteS3Server.named(Map.of(
                        "HOLDFAST_S3_ENDPOINT", endpoint,
                        "HOLDFAST_S3_ACCESS_KEY", "test-access-key",
                        "HOLDFAST_S3_SECRET_KEY", "test-secret-key"))
                .orElseThrow();
    }

    private static TrustManager[] trusting(ServerCertificate certificate) {
        try (InputStream in = Files.newInputStream(certificate.pem())) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private void measure(String name, Contestant contestant, Path file, boolean counts)
            throws IOException, InterruptedException {
        Path copy = directory.resolve("copy");
        String key = "copy-" + UUID.randomUUID();
        long begin = System.nanoTime();
        contestant.upload(file, key);
        long middle = System.nanoTime();
        contestant.download(key, copy);
        long end = System.nanoTime();
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        if (counts) {
            uploads.computeIfAbsent(name, n -> new ArrayList<>()).add(MIB * 1.048576e9 / (middle - begin));
            downloads.computeIfAbsent(name, n -> new ArrayList<>()).add(MIB * 1.048576e9 / (end - middle));
        }
    }

    /** So that the server's directory stays small. */
    private static void removeAll(Destination cleaner) {
        List<String> keys;
        try (Stream<ObjectInfo> objects = cleaner.list("", "")) {
            keys = objects.map(ObjectInfo::key).toList();
        }
        keys.forEach(cleaner::delete);
    }

    private static void report(String what, Map<String, List<Double>> rates) {
        rates.forEach((name, measured) -> System.out.printf(
                "%s of %d MiB by %s: median %.0f MB/s of %s; the driver is %.2f times as fast%n",
                what,
                MIB,
                name,
                median(measured),
                measured.stream().map(Math::round).toList(),
                median(rates.get(name.endsWith("over TLS") ? "driver over TLS" : "driver")) / median(measured)));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
