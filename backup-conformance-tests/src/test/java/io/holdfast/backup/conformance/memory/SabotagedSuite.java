package io.holdfast.backup.conformance.memory;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.conformance.Profile;
import io.holdfast.backup.destination.Destination;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite against a saboteur. Its name keeps it out of the ordinary test run: {@code SaboteurScore} launches it. */
@ExtendWith(SaboteurResolver.class)
final class SabotagedSuite extends DestinationConformance {
    static final String SECRET = "correct-horse-battery";
    static final int PART = 1024;

    private final Sabotage sabotage;
    private final IdentityHashMap<Destination, ForwardingDestination> opened = new IdentityHashMap<>();

    SabotagedSuite(Saboteur saboteur) {
        this.sabotage = saboteur.sabotage().get();
    }

    @AfterEach
    void end() {
        sabotage.end();
    }

    @Override
    protected Destination openDestination() {
        return wrap(MemoryServer.builder()
                .clock(new TickingClock())
                .partSize(PART)
                .pageSize(50)
                .build()
                .open());
    }

    private Destination wrap(MemoryDestination honest) {
        ForwardingDestination wrapped = sabotage.wrap(honest);
        opened.put(wrapped, wrapped);
        return wrapped;
    }

    private MemoryServer serverOf(Destination destination) {
        return opened.get(destination).server();
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(wrap(serverOf(first).open()));
    }

    @Override
    protected Optional<Destination> crashAndReopen(Destination first) {
        ForwardingDestination crashing = opened.get(first);
        crashing.crash();
        crashing.inner.kill();
        return openSecondHandle(first);
    }

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(serverOf(first).faults());
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) {
        return Optional.of(sabotage.leftovers(serverOf(first)));
    }

    @Override
    protected Optional<List<String>> exposures(Destination first) {
        return Optional.of(sabotage.exposures(serverOf(first)));
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(1 << 20);
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(64, PART);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of(SECRET));
    }

    @Override
    protected Profile profile() {
        return Profile.SMALL;
    }

    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of());
    }

    @Override
    protected void cleanUp(Destination destination, String prefix) {
        // The server is garbage after the test.
    }
}
