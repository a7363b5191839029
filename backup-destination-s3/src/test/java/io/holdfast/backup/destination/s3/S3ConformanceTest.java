package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of destinations, on a server that keeps its objects on disk. */
class S3ConformanceTest extends DestinationConformance {
    private static final int PART_SIZE = (int) PartPlan.MIN_PART_SIZE;
    private static final PartPlan PLAN = new PartPlan(PART_SIZE, 3, 4 * PART_SIZE, PartPlan.MAX_PARTS);

    @TempDir
    static Path directory;

    private static Path data;
    private static LocalS3 server;

    /** Where each destination is, and on which server. */
    private record Place(LocalS3 server, String prefix) {}

    private final Map<Destination, Place> places = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<LocalS3> reopened = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        server = LocalS3.onDisk(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void stopReopened() {
        reopened.forEach(LocalS3::close);
    }

    @Override
    protected Destination openDestination() {
        return open(new Place(server, "p-" + UUID.randomUUID()));
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(places.get(first)));
    }

    /** Another server on a copy of what lies there now: to it, the uploads of this process are strangers. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        Path copy = Files.createTempDirectory(directory, "crashed");
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(path -> !path.equals(data)).toList()) {
                copy(file, copy.resolve(data.relativize(file)));
            }
        }
        LocalS3 other = LocalS3.onWhatIsIn(copy);
        reopened.add(other);
        return Optional.of(open(new Place(other, places.get(first).prefix())));
    }

    private static void copy(Path file, Path target) throws IOException {
        try {
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            // A part on its way became one that has arrived.
            assertThat(file).doesNotExist();
        }
    }

    private Destination open(Place place) {
        S3Settings read =
                SettingsReader.read(DestinationConfig.of("s3", place.server().properties("prefix", place.prefix())));
        Destination destination = new S3Destination(new S3Settings(
                read.location(), read.credentials(), read.objects(), PLAN, read.network(), read.exclusive()));
        places.put(destination, place);
        return destination;
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) {
        Place place = places.get(first);
        return Optional.of(place.server().unfinished(place.prefix() + "/"));
    }

    @Override
    protected Optional<List<String>> exposures(Destination first) {
        Place place = places.get(first);
        return Optional.of(place.server().readableByAnybody(place.prefix() + "/"));
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
