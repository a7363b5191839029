package io.holdfast.backup.destination.s3;

import io.holdfast.backup.conformance.DestinationConformance;
import io.holdfast.backup.conformance.FaultInjection;
import io.holdfast.backup.conformance.Profile;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.DestinationConfig;
import io.holdfast.testbed.S3Client;
import io.holdfast.testbed.S3Server;
import io.holdfast.testbed.chaos.ChaosProxy;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract of destinations, on a server behind a proxy that fails on order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3Conformance extends DestinationConformance {
    /** Small, so that a few objects take many pages. */
    static final int PAGE_SIZE = 50;

    /** Smaller than most servers allow, so that an object of many parts is soon sent. */
    static final int TINY_PART_SIZE = 128 << 10;

    private static final System.Logger LOG = System.getLogger(S3Conformance.class.getName());

    private final PartPlan plan;
    private final Map<String, String> settings;
    private final S3Faults faults = new S3Faults();
    private S3Server server;
    private S3Client client;
    private ChaosProxy proxy;
    private Gate gate;

    /** Where a destination is: the server, the way to it, and the bucket. */
    private record Place(S3Server server, URI endpoint, String bucket) {}

    private final Map<Destination, Place> places = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<S3Server> reopened = Collections.synchronizedList(new ArrayList<>());

    /**
     * Creates it.
     *
     * @param partSize as small as the server allows
     * @param settings what the server needs besides
     */
    S3Conformance(int partSize, Map<String, String> settings) {
        this.plan = new PartPlan(partSize, 3, 4L * partSize, PartPlan.MAX_PARTS);
        this.settings = settings;
    }

    /** Starts the server. */
    abstract S3Server start() throws IOException;

    /** Starts another server on a copy of what the first one has of a bucket now, if that can be done. */
    abstract Optional<S3Server> startOnCopyOf(String bucket) throws IOException;

    @BeforeAll
    void startAll() throws IOException {
        server = start();
        LOG.log(System.Logger.Level.INFO, "The server is " + server.description());
        // Opens selectors of its own, so there is one.
        client = server.client();
        proxy = ChaosProxy.before(server, faults);
        gate = new Gate(proxy.endpoint());
        faults.setGate(gate);
    }

    @AfterAll
    void stopAll() throws IOException {
        gate.close();
        proxy.close();
        server.close();
    }

    @AfterEach
    void stopReopened() throws IOException {
        for (S3Server other : reopened) {
            other.close();
        }
        reopened.clear();
    }

    @Override
    protected Destination openDestination() throws IOException {
        String bucket = "bucket-" + UUID.randomUUID();
        client.createBucket(bucket);
        return open(new Place(server, gate.endpoint(), bucket));
    }

    @Override
    protected Optional<Destination> openSecondHandle(Destination first) {
        return Optional.of(open(places.get(first)));
    }

    @Override
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.of(faults);
    }

    /** To another server, the uploads of this process are strangers. */
    @Override
    protected Optional<Destination> crashAndReopen(Destination first) throws IOException {
        String bucket = places.get(first).bucket();
        Optional<S3Server> other = startOnCopyOf(bucket);
        other.ifPresent(reopened::add);
        return other.map(copy -> open(new Place(copy, copy.endpoint(), bucket)));
    }

    private Destination open(Place place) {
        Map<String, String> properties = new HashMap<>(place.server().properties(place.bucket()));
        properties.put("endpoint", place.endpoint().toString());
        properties.put("prefix", "backups/here");
        properties.put("attempts", "2");
        properties.putAll(settings);
        S3Settings read = SettingsReader.read(DestinationConfig.of("s3", properties));
        Destination destination = new S3Destination(new S3Settings(
                read.location(), read.credentials(), read.objects(), plan, read.network(), read.exclusive()));
        places.put(destination, place);
        return destination;
    }

    @Override
    protected Optional<List<String>> leftovers(Destination first) throws IOException {
        Place place = places.get(first);
        return Optional.of(clientOf(place).unfinishedUploads(place.bucket()));
    }

    private S3Client clientOf(Place place) {
        return place.server() == server ? client : place.server().client();
    }

    /** The server makes private what nobody opens; so it is enough that a stranger is refused. */
    @Override
    protected Optional<List<String>> exposures(Destination first) throws IOException {
        Place place = places.get(first);
        List<String> exposed = new ArrayList<>();
        for (String key : clientOf(place).keys(place.bucket())) {
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
        return OptionalLong.of(plan.memory());
    }

    /** Small in the build. The others take minutes here. */
    @Override
    protected Profile profile() {
        return System.getProperty(Profile.PROPERTY) == null ? Profile.SMALL : Profile.configured();
    }

    @Override
    protected List<Integer> boundaries() {
        return List.of(Segments.SEGMENT_SIZE, (int) plan.partSize());
    }

    @Override
    protected Optional<Set<String>> secrets() {
        return Optional.of(Set.of(server.accessKey(), server.secretKey()));
    }
}
