package io.holdfast.backup.destination.s3;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of destinations, on a server in memory. */
class S3ConformanceTest extends DestinationConformance {
    /** Much smaller than what users may say, so that objects have many parts. */
    private static final int PART_SIZE = 256 * 1024;

    private static final PartPlan PLAN = new PartPlan(PART_SIZE, 3, 4 * PART_SIZE, 1000);

    private static LocalS3 server;

    private final Map<Destination, String> prefixes = Collections.synchronizedMap(new IdentityHashMap<>());

    @BeforeAll
    static void start() {
        server = LocalS3.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected Destination openDestination() {
        return open("p-" + UUID.randomUUID());
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(prefixes.get(first)));
    }

    private Destination open(String prefix) {
        S3Settings read = SettingsReader.read(DestinationConfig.of("s3", server.properties("prefix", prefix)));
        Destination destination = new S3Destination(new S3Settings(
                read.location(), read.credentials(), read.objects(), PLAN, read.network(), read.exclusive()));
        prefixes.put(destination, prefix);
        return destination;
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) {
        return Optional.of(server.unfinished(prefixes.get(first) + "/"));
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(PLAN.memory());
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(Segments.SEGMENT_SIZE, PART_SIZE);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));
    }
}
