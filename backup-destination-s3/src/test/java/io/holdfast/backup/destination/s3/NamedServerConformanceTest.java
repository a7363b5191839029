package io.holdfast.backup.destination.s3;

import io.holdfast.backup.conformance.Profile;
import io.holdfast.backup.destination.Destination;
import io.holdfast.testbed.RemoteS3Server;
import io.holdfast.testbed.S3Server;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of destinations, on the server or image that the environment names, over http; without what it is known to lack. */
@ExtendWith(KnownLacks.class)
@EnabledIf("isServerNamed")
class NamedServerConformanceTest extends S3Conformance {
    NamedServerConformanceTest() {
        super(
                (int) PartPlan.MIN_PART_SIZE,
                Map.of("exclusive-commit", System.getenv().getOrDefault("HOLDFAST_S3_EXCLUSIVE_COMMIT", "multipart")));
    }

    static boolean isServerNamed() {
        return System.getenv("HOLDFAST_S3_ENDPOINT") != null || System.getenv("HOLDFAST_S3_IMAGE") != null;
    }

    @Override
    S3Server start() {
        return RemoteS3Server.named(System.getenv())
                .or(() -> ContainerS3Server.asked(System.getenv()))
                .orElseThrow();
    }

    @Override
    Optional<S3Server> startOnCopyOf(String bucket) {
        return Optional.empty();
    }

    /** The pages of lists are as long as the server wants, so there must be more objects than fit on one. */
    @Override
    protected Profile profile() {
        return Profile.configured();
    }

    /** Whether strangers get in is a matter of its configuration. */
    @Override
    protected Optional<List<String>> exposures(Destination first) {
        return Optional.empty();
    }
}
