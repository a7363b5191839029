package org.example.mvstore;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class MvStoreConformanceTest extends DestinationConformance {
    @TempDir
    Path directory;

    @Override
    protected Destination openDestination() {
        return open(directory.resolve(UUID.randomUUID() + ".mv"));
    }

    private static Destination open(Path file) {
        return new MvStoreDestinationProvider().open(DestinationConfig.of("mvstore", Map.of("file", file.toString())));
    }

    /** Whoever opens a copy of the file sees what a process that is killed now would leave. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        Path file = Path.of(first.info().location().substring("mvstore:".length()));
        return Optional.of(open(Files.copy(file, directory.resolve(UUID.randomUUID() + ".mv"))));
    }

    @Override
    protected OptionalLong memoryBound() {
        return OptionalLong.of(4 * 1024 * 1024);
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(MvStoreDestination.CHUNK);
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of());
    }

    /** No second handle, no faults, no privacy: what these rules say is tested in part, or not at all. */
    @Override
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.of(Set.of("D4", "D5", "D7", "D8", "D9", "D10", "D12", "D13", "D14", "D17", "D18"));
    }

    @Override
    protected void cleanUp(Destination destination, String prefix) {
        // Every test has a file of its own, in a directory that JUnit deletes.
    }
}
