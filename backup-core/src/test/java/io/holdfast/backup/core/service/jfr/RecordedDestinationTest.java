package io.holdfast.backup.core.service.jfr;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.conformance.memory.MemoryServer;
import io.holdfast.backup.destination.Destination;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A destination keeps the rules while every request to it is recorded. */
class RecordedDestinationTest extends DestinationConformance {
    private static final int PART = 64 * 1024;

    private final Map<Destination, MemoryServer> servers = Collections.synchronizedMap(new IdentityHashMap<>());
    private final Recording recording = new Recording();

    @BeforeEach
    void record() {
        recording.enable("io.holdfast.Request").withThreshold(Duration.ZERO);
        recording.start();
    }

    @AfterEach
    void endRecording() {
        recording.close();
    }

    private Destination open(MemoryServer server) {
        Destination destination = new RecordedDestination(server.open());
        servers.put(destination, server);
        return destination;
    }

    @Override
    protected Destination openDestination() {
        return open(MemoryServer.builder().partSize(PART).build());
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(servers.get(first)));
    }

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(servers.get(first).faults());
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) {
        return Optional.of(servers.get(first).uploadsInProgress());
    }

    @Override
    protected Optional<List<String>> exposures(Destination first) {
        return Optional.of(List.of());
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(PART);
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(PART);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of());
    }
}
