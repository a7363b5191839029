package io.holdfast.backup.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.testbed.LocalS3Server;
import io.holdfast.testbed.S3Server;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
    private static LocalS3Server server;

    /** Where each destination is, and on which server. */
    private record Place(S3Server server, String bucket) {}

    private final Map<Destination, Place> places = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<S3Server> reopened = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        server = LocalS3Server.onDisk(data);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @AfterEach
    void stopReopened() throws IOException {
        for (S3Server other : reopened) {
            other.close();
        }
    }

    @Override
    protected Destination openDestination() throws IOException {
        return open(new Place(server, server.newBucket()));
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(places.get(first)));
    }

    /** Another server on a copy of what lies there now: to it, the uploads of this process are strangers. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        Place place = places.get(first);
        Path copy = Files.createTempDirectory(directory, "crashed");
        try (Stream<Path> files = Files.walk(data.resolve(place.bucket()))) {
            for (Path file : files.toList()) {
                copy(file, copy.resolve(data.relativize(file)));
            }
        }
        LocalS3Server other = LocalS3Server.onDisk(copy);
        reopened.add(other);
        return Optional.of(open(new Place(other, place.bucket())));
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
        Map<String, String> properties = new HashMap<>(place.server().properties(place.bucket()));
        properties.put("prefix", "backups/here");
        S3Settings read = SettingsReader.read(DestinationConfig.of("s3", properties));
        Destination destination = new S3Destination(new S3Settings(
                read.location(), read.credentials(), read.objects(), PLAN, read.network(), read.exclusive()));
        places.put(destination, place);
        return destination;
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) throws IOException {
        Place place = places.get(first);
        return Optional.of(place.server().client().unfinishedUploads(place.bucket()));
    }

    /** The server makes private what nobody opens; so it is enough that a stranger is refused. */
    @Override
    protected Optional<List<String>> exposures(Destination first) throws IOException {
        Place place = places.get(first);
        List<String> exposed = new ArrayList<>();
        for (String key : place.server().client().keys(place.bucket())) {
            URL url = place.server()
                    .endpoint()
                    .resolve("/" + place.bucket() + "/" + key)
                    .toURL();
            if (((HttpURLConnection) url.openConnection()).getResponseCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                exposed.add(key);
            }
        }
        return Optional.of(exposed);
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
        return Optional.of(Set.of(server.accessKey(), server.secretKey()));
    }
}
