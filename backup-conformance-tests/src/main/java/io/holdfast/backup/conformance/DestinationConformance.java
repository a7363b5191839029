package io.holdfast.backup.conformance;

import io.holdfast.backup.destination.Destination;
import io.holdfast.backup.destination.ObjectInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The rules D1 to D18 for destinations as tests. Extend this class, implement {@link #openDestination}, and override what
 * else the driver can offer: each hook makes more rules testable. What stays untested is shown in the report that ends the
 * run, one line per rule, through {@link System.Logger} and as JUnit report entries.
 *
 * <p>Every test writes below a random prefix of its own, and deletes nothing else.
 */
@DisplayNameGeneration(RuleNames.class)
@ExtendWith({RuleReport.class, RuleFailures.class, BenchResolver.class})
public abstract class DestinationConformance {
    /** Creates the suite; JUnit does it for each test. */
    protected DestinationConformance() {}

    /**
     * Opens a fresh, empty destination: a new directory, a new bucket, or a new prefix in one.
     *
     * @return the destination, which the suite closes
     * @throws Exception if that fails; the test fails with it
     */
    protected abstract Destination openDestination() throws Exception;

    /**
     * Opens another instance on the same data, as another process would. By default there is none, and what only a second
     * process can see stays untested.
     *
     * @param first what {@link #openDestination} returned
     * @return the second instance, which the suite closes
     * @throws Exception if that fails; the test fails with it
     */
    protected Optional<Destination> openSecondHandle(Destination first) throws Exception {
        return Optional.empty();
    }

    /**
     * Ends the process, or better the host, that uses a destination, as a power cut would: without closing anything, and with
     * everything lost that is not durable. Then opens the same data again. By default this is not possible, and D3 stays untested.
     *
     * @param first what {@link #openDestination} returned; not used afterwards, but closed
     * @return a new instance on what survived, which the suite closes
     * @throws Exception if that fails; the test fails with it
     */
    protected Optional<Destination> crashAndReopen(Destination first) throws Exception {
        return Optional.empty();
    }

    /**
     * Returns what makes the destination fail on order. By default nothing does, and D17 and parts of D7, D8, D9, D12 and D13
     * stay untested.
     *
     * @param first what {@link #openDestination} returned
     * @return its faults
     */
    protected Optional<FaultInjection> faults(Destination first) {
        return Optional.empty();
    }

    /**
     * Returns what lies at the destination besides its objects, such as temporary files or unfinished multipart uploads. By
     * default nobody looks, and D7 is tested through the driver's own words only.
     *
     * @param first what {@link #openDestination} returned
     * @return a description of each thing found; empty inside when there is nothing
     * @throws Exception if looking fails; the test fails with it
     */
    protected Optional<List<String>> leftovers(Destination first) throws Exception {
        return Optional.empty();
    }

    /**
     * Returns what others than the owner could read or write at the destination, such as files with their modes. By default
     * nobody looks, and D18 stays untested.
     *
     * @param first what {@link #openDestination} returned
     * @return a description of each exposed thing; empty inside when everything is private
     * @throws Exception if looking fails; the test fails with it
     */
    protected Optional<List<String>> exposures(Destination first) throws Exception {
        return Optional.empty();
    }

    /**
     * Returns how many bytes of heap one upload or one read may take, as the driver's documentation states. By default
     * nothing is stated, and D16 stays untested.
     *
     * @return a bound in bytes, 1 or more
     */
    protected OptionalLong memoryBound() {
        return OptionalLong.empty();
    }

    /**
     * Returns the sizes at which the driver changes its ways: buffers, parts, the end of small objects. The suite tries the
     * sizes around each of them.
     *
     * @return sizes in bytes, 2 or more each; 8 KiB, 64 KiB and 1 MiB by default
     */
    protected List<Integer> boundaries() {
        return List.of(8 * 1024, 64 * 1024, 1024 * 1024);
    }

    /**
     * Returns the secrets with which {@link #openDestination} opens: passwords, access keys. None of them may turn up in
     * messages. By default they are not known, and this part of D13 stays untested.
     *
     * @return the secrets; empty inside when the driver has none
     */
    protected Optional<Set<String>> secrets() {
        return Optional.empty();
    }

    /**
     * Returns the rules that may stay untested, in whole or in part. A rule that cannot be tested and is not among them fails. Use it to
     * keep the coverage that was once reached.
     *
     * @return numbers such as {@code D17}; empty, by default, to accept every gap
     */
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.empty();
    }

    /** Returns how much work to do; {@link Profile#configured()} by default. */
    protected Profile profile() {
        return Profile.configured();
    }

    /**
     * Removes what a test has left. By default all objects below the prefix are deleted. Override it with an empty method when
     * the whole destination is thrown away.
     *
     * @param destination an open destination
     * @param prefix below which the test has written
     * @throws Exception if that fails; it is logged, and fails no test
     */
    protected void cleanUp(Destination destination, String prefix) throws Exception {
        List<String> keys;
        try (Stream<ObjectInfo> left = destination.list(prefix + "/", "")) {
            keys = left.map(ObjectInfo::key).toList();
        }
        keys.forEach(destination::delete);
    }

    static DestinationConformance of(ExtensionContext context) {
        return context.getRequiredTestInstances()
                .findInstance(DestinationConformance.class)
                .orElseThrow();
    }

    @Nested
    @DisplayName("Commit")
    class Commit extends CommitRules {}

    @Nested
    @DisplayName("Commits at the same time")
    class Race extends RaceRules {}

    @Nested
    @DisplayName("Durability")
    class Durability extends DurabilityRules {}

    @Nested
    @DisplayName("Visibility")
    class Visibility extends VisibilityRules {}

    @Nested
    @DisplayName("List")
    class Listing extends ListRules {}

    @Nested
    @DisplayName("List under change and failure")
    class ListingInMotion extends ListInMotionRules {}

    @Nested
    @DisplayName("Delete")
    class Deletion extends DeleteRules {}

    @Nested
    @DisplayName("Abandoned uploads")
    class Abandoned extends AbandonedRules {}

    @Nested
    @DisplayName("Sweep of abandoned uploads")
    class Sweep extends SweepRules {}

    @Nested
    @DisplayName("Read")
    class Reading extends ReadRules {}

    @Nested
    @DisplayName("Keys")
    class Keys extends KeyRules {}

    @Nested
    @DisplayName("Many threads")
    class Threads extends ThreadRules {}

    @Nested
    @DisplayName("Interruption")
    class Interruption extends InterruptRules {}

    @Nested
    @DisplayName("Failures")
    class Failures extends FailureRules {}

    @Nested
    @DisplayName("Failed uploads")
    class FailedUploads extends FailedUploadRules {}

    @Nested
    @DisplayName("Close")
    class Closing extends CloseRules {}

    @Nested
    @DisplayName("Sizes")
    class Sizes extends SizeRules {}

    @Nested
    @DisplayName("Memory")
    class Memory extends MemoryRules {}

    @Nested
    @DisplayName("Unknown outcomes")
    class Outcomes extends OutcomeRules {}

    @Nested
    @DisplayName("Privacy")
    class Privacy extends PrivacyRules {}
}
