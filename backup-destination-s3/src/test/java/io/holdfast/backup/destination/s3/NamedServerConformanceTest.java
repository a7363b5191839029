package io.holdfast.backup.destination.s3;

import io.holdfast.backup.destination.Destination;
import io.holdfast.testbed.RemoteS3Server;
import io.holdfast.testbed.S3Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract of destinations, on the server that the environment names, over http. */
@EnabledIfEnvironmentVariable(named = "HOLDFAST_S3_ENDPOINT", matches = "http://.+")
class NamedServerConformanceTest extends S3Conformance {
    NamedServerConformanceTest() {
        super(
                (int) PartPlan.MIN_PART_SIZE,
                Map.of("exclusive-commit", System.getenv().getOrDefault("HOLDFAST_S3_EXCLUSIVE_COMMIT", "multipart")));
    }

    @Override
    S3Server start() {
        return RemoteS3Server.named(System.getenv()).orElseThrow();
    }

    @Override
    Optional<S3Server> startOnCopyOf(String bucket) {
        return Optional.empty();
    }

    /** Whether strangers get in is a matter of its configuration. */
    @Override
    protected Optional<List<String>> exposures(Destination first) {
        return Optional.empty();
    }
}
