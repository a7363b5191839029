package io.holdfast.backup.conformance;

import io.holdfast.backup.Backupable;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The rules A1 to A5 for stores as tests; no test can prove A6. Extend this class, implement the four methods that open,
 * change and describe a store, and override what else the store can offer: each hook makes more testable. What stays
 * untested is shown in the report that ends the run, one line per rule, through {@link System.Logger} and as JUnit report
 * entries.
 *
 * @param <S> the type of the store
 */
@DisplayNameGeneration(RuleNames.class)
@ExtendWith({RuleReport.class, RuleFailures.class, StoreBenchResolver.class})
public abstract class BackupableConformance<S extends Backupable> {
    /** Creates the suite; JUnit does it for each test. */
    protected BackupableConformance() {}

    /**
     * Opens a fresh, empty store. One that is {@link AutoCloseable} is closed by the suite.
     *
     * @return the store
     * @throws Exception if that fails; the test fails with it
     */
    protected abstract S openStore() throws Exception;

    /**
     * Makes one change, as a user of the store would: one transaction. The suite numbers the changes of a store from 1 and makes
     * each once, in this order; stores that had the same changes must have the same contents. Let most of them add an entry
     * with a payload of its own. Let some touch several entries at once (move one, remove one and add two): a snapshot
     * that is torn shows there, and nowhere else.
     *
     * @param store the store
     * @param number which change, 1 or more
     * @throws Exception if that fails; the test fails with it
     */
    protected abstract void change(S store, int number) throws Exception;

    /**
     * Returns everything that is in a store and must survive, as texts: one for each entry, all of its fields in it.
     *
     * @param store the store
     * @return the entries in any order; empty for an empty store
     * @throws Exception if that fails; the test fails with it
     */
    protected abstract Collection<String> contents(S store) throws Exception;

    /**
     * Returns the ids of all payloads that the contents of a store refer to, looked up in another way than the backup does.
     *
     * @param store the store
     * @return the ids in any order; equal ones count once
     * @throws Exception if that fails; the test fails with it
     */
    protected abstract Collection<String> payloadIds(S store) throws Exception;

    /**
     * Returns how many snapshots, transactions, locks and temporary files of backups and restores a store holds now. By default
     * nobody counts, and this part of A5 stays untested.
     *
     * @param store the store
     * @return the count, 0 when none is under way
     */
    protected OptionalInt heldSnapshots(S store) {
        return OptionalInt.empty();
    }

    /**
     * Returns a snapshot as a release with another schema version would have written it: whole, with right checksums. By default
     * there is none, and this part of A4 stays untested.
     *
     * @param snapshot what this release wrote; not to be changed
     * @return the other one
     * @throws Exception if that fails; the test fails with it
     */
    protected Optional<byte[]> otherSchema(byte[] snapshot) throws Exception {
        return Optional.empty();
    }

    /**
     * Returns how many bytes of heap a backup and a restore may take besides what the store itself holds of its data. By
     * default nothing is stated, and the size of the store is not tested.
     *
     * @return a bound in bytes, 1 or more
     */
    protected OptionalLong memoryBound() {
        return OptionalLong.empty();
    }

    /**
     * Fills an empty store with so much that its snapshot has at least three times {@link #memoryBound}. By default 20,000
     * changes are made.
     *
     * @param store an empty store
     * @throws Exception if that fails; the test fails with it
     */
    protected void grow(S store) throws Exception {
        for (int number = 1; number <= 20_000; number++) {
            change(store, number);
        }
    }

    /**
     * Returns the rules that may stay untested, in whole or in part. A rule that cannot be tested and is not among them fails. Use it to
     * keep the coverage that was once reached.
     *
     * @return numbers such as {@code A5}; empty, by default, to accept every gap
     */
    protected Optional<Set<String>> acceptedGaps() {
        return Optional.empty();
    }

    /** Returns how much work to do; {@link Profile#configured()} by default. */
    protected Profile profile() {
        return Profile.configured();
    }

    static BackupableConformance<?> of(ExtensionContext context) {
        return context.getRequiredTestInstances()
                .findInstance(BackupableConformance.class)
                .orElseThrow();
    }

    @Nested
    @DisplayName("Type")
    class Type extends StoreTypeRules {}

    @Nested
    @DisplayName("Round trip")
    class RoundTrip extends RoundTripRules {}

    @Nested
    @DisplayName("Backup under change")
    class Change extends StoreChangeRules {}

    @Nested
    @DisplayName("Restore into a store with data")
    class Refusal extends RefusalRules {}

    @Nested
    @DisplayName("Damaged and foreign snapshots")
    class Damage extends DamageRules {}

    @Nested
    @DisplayName("Cancellation")
    class Cancel extends StoreCancelRules {}

    @Nested
    @DisplayName("Streams that fail")
    class StreamFailure extends StreamFailureRules {}

    @Nested
    @DisplayName("Big stores")
    class Big extends StoreMemoryRules {}
}
