package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.destination.Destination;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The reference keeps every rule, with nothing left untested. */
class MemoryDestinationTest extends DestinationConformance {
    private static final int PART = 64 * 1024;

    @Override
    protected Destination openDestination() {
        return MemoryServer.builder().partSize(PART).build().open();
    }

    private static MemoryServer serverOf(Destination destination) {
        return ((MemoryDestination) destination).server();
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(serverOf(first).open());
    }

    @Override
    protected Optional<Destination> crashAndReopen(Destination first) {
        ((MemoryDestination) first).kill();
        return openSecondHandle(first);
    }

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(serverOf(first).faults());
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) {
        return Optional.of(serverOf(first).uploadsInProgress());
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

    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of());
    }
}
