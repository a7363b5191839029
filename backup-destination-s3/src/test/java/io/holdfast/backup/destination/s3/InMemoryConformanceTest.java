package io.holdfast.backup.destination.s3;

import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** The contract of destinations, on a server that keeps its objects in memory. */
@Tag("soak")
class InMemoryConformanceTest extends S3Conformance {
    @Override
    S3Server start() throws IOException {
        return LocalS3Server.inMemory(PAGE_SIZE);
    }

    @Override
    Optional<S3Server> startOnCopyOf(String bucket) {
        return Optional.empty();
    }
}
