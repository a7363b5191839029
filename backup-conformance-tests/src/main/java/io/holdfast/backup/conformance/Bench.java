package io.holdfast.backup.conformance;

import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import io.holdfast.backup.destination.ObjectUpload;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Where one test works: a fresh destination, a random prefix, and what the test class offers besides. Thread-safe. */
final class Bench implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DestinationConformance.class.getName());

    private final DestinationConformance suite;
    private final Destination destination;
    private final String prefix =
            "c" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final List<AutoCloseable> owned = Collections.synchronizedList(new ArrayList<>());
    private final Crew crew;

    private Bench(DestinationConformance suite, Destination destination) {
        this.suite = suite;
        this.destination = destination;
        this.crew = new Crew(suite.profile().patience());
    }

    static Bench open(DestinationConformance suite) {
        try {
            return new Bench(suite, suite.openDestination());
        } catch (Exception e) {
            throw new IllegalStateException("openDestination() failed: " + e, e);
        }
    }

    Destination destination() {
        return destination;
    }

    DestinationConformance suite() {
        return suite;
    }

    Profile profile() {
        return suite.profile();
    }

    Crew crew() {
        return crew;
    }

    String prefix() {
        return prefix;
    }

    String key(String name) {
        return prefix + "/" + name;
    }

    Content content(long size) {
        return new Content(ThreadLocalRandom.current().nextLong(), size);
    }

    /** Returns the content of an object that has several of the largest parts, and a bit. */
    Content bigContent() {
        return content((long) suite.profile().parts() * largestBoundary() + 17);
    }

    int largestBoundary() {
        return suite.boundaries().stream().mapToInt(Integer::intValue).max().orElse(8 * 1024);
    }

    /** Closes something when the test has ended. */
    <T extends AutoCloseable> T own(T closeable) {
        owned.add(closeable);
        return closeable;
    }

    Destination second() throws Exception {
        return own(suite.openSecondHandle(destination)
                .orElseThrow(() -> new Untestable("no second handle; override openSecondHandle")));
    }

    /** Returns the destination, and a second handle where there is one. */
    List<Destination> handles() throws Exception {
        List<Destination> handles = new ArrayList<>(List.of(destination));
        Optional<Destination> second = suite.openSecondHandle(destination);
        second.ifPresent(handle -> handles.add(own(handle)));
        return handles;
    }

    Destination crashAndReopen() throws Exception {
        return own(suite.crashAndReopen(destination)
                .orElseThrow(() -> new Untestable("no crash; override crashAndReopen")));
    }

    /** Does something while a fault is in force. */
    void during(Fault fault, Expect.Action action) throws Exception {
        during(fault, () -> {}, action);
    }

    /** Does something while a fault is in force; another thing is done when the fault strikes first. */
    void during(Fault fault, Runnable onHit, Expect.Action action) throws Exception {
        answerDuring(fault, onHit, () -> {
            action.run();
            return true;
        });
    }

    <T> T answerDuring(Fault fault, Runnable onHit, Callable<T> question) throws Exception {
        FaultInjection.Injection injection = requireFault(fault).inject(fault, onHit);
        try {
            return question.call();
        } finally {
            injection.close();
        }
    }

    /** Returns what injects this fault; without it the test ends here. */
    FaultInjection requireFault(Fault fault) {
        FaultInjection faults =
                suite.faults(destination).orElseThrow(() -> new Untestable("no fault injection; override faults"));
        if (!faults.supported().contains(fault)) {
            throw new Untestable("the fault " + fault + " cannot be injected");
        }
        return faults;
    }

    ObjectInfo put(String key, Content content) throws IOException {
        return put(destination, key, content);
    }

    ObjectInfo put(Destination handle, String key, Content content) throws IOException {
        try (ObjectUpload upload = handle.upload(key)) {
            content.writeTo(upload);
            return upload.commit();
        }
    }

    /** Begins an upload and writes all of its bytes; it is closed when the test has ended. */
    ObjectUpload begin(Destination handle, String key, Content content) throws IOException {
        ObjectUpload upload = own(handle.upload(key));
        content.writeTo(upload);
        return upload;
    }

    ObjectUpload begin(String key, Content content) throws IOException {
        return begin(destination, key, content);
    }

    List<String> keys(Destination handle, String prefix, String startAfter) {
        try (Stream<ObjectInfo> listing = handle.list(prefix, startAfter)) {
            return listing.map(ObjectInfo::key).toList();
        }
    }

    /** Expects that the object is there, whole, by every way of asking. */
    void expectObject(Destination handle, String key, Content content, String when) throws IOException {
        Optional<ObjectInfo> stat = handle.stat(key);
        Expect.that(stat.isPresent(), "stat finds nothing at " + key + " " + when, "the object");
        Expect.same(stat.orElseThrow().size(), content.size(), "the size of " + key + " " + when);
        expectBytes(handle, key, content, 0, when);
        Expect.that(keys(handle, key, "").contains(key), "list does not show " + key + " " + when, "the object");
    }

    void expectBytes(Destination handle, String key, Content content, long offset, String when) throws IOException {
        try (InputStream in = handle.open(key, offset)) {
            Optional<String> difference = content.difference(in, offset);
            Expect.that(
                    difference.isEmpty(),
                    difference.orElse("") + ", reading " + key + " from offset " + offset + " " + when,
                    "all " + (content.size() - offset) + " bytes as they were written");
        }
    }

    /** Expects that there is no object, by every way of asking. */
    void expectAbsent(Destination handle, String key, String when) {
        Expect.that(handle.stat(key).isEmpty(), "stat finds an object at " + key + " " + when, "none");
        Expect.that(!keys(handle, key, "").contains(key), "list shows " + key + " " + when, "no object");
        Expect.code(
                ErrorCode.DESTINATION_OBJECT_MISSING,
                "open " + key + " " + when,
                () -> handle.open(key, 0).close());
    }

    /** Writes objects until one is later, by the destination's own clock, than the given one, and returns it. */
    ObjectInfo later(ObjectInfo earlier) throws IOException {
        long deadline = System.nanoTime() + profile().patience().toNanos();
        int number = 0;
        ObjectInfo marker;
        do {
            marker = put(key("later-" + UUID.randomUUID() + "-" + number++), content(1));
            Expect.that(
                    System.nanoTime() < deadline,
                    "lastModified of a new object does not get later than " + earlier.lastModified(),
                    "the time of each commit");
        } while (!marker.lastModified().isAfter(earlier.lastModified()));
        return marker;
    }

    /** Ends the test's threads, closes what it owned, cleans up and closes the destination. */
    @Override
    public void close() {
        List<AutoCloseable> closing = new ArrayList<>(owned);
        Collections.reverse(closing);
        closing.forEach(Bench::closeLogged);
        crew.close();
        closeLogged(() -> suite.cleanUp(destination, prefix));
        closeLogged(destination);
    }

    private static void closeLogged(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // The test has its result; what a broken driver does while it is cleared away must not replace it.
            LOG.log(Logger.Level.DEBUG, "Clearing away after a test failed", e);
        }
    }
}
