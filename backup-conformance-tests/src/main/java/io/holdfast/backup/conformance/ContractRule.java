package io.holdfast.backup.conformance;

import java.util.Optional;
import java.util.stream.Stream;

/** A numbered rule of the contract. */
interface ContractRule {
    /** Returns the rule's number, such as {@code D7}. */
    String name();

    /** Returns what the rule asks for, in a few words. */
    String text();

    /** Returns what a user loses when it is broken. */
    String cost();

    /** Tells whether a test can prove it. */
    default boolean provable() {
        return true;
    }

    /** Returns the message of a failed test. */
    default String violated(String details) {
        return name() + " violated: " + details + " What it costs: " + cost() + ". See docs/CONTRACT.md#" + name();
    }

    static Optional<ContractRule> numbered(String number) {
        return Stream.<ContractRule>concat(Stream.of(DestinationRule.values()), Stream.of(StoreRule.values()))
                .filter(rule -> rule.name().equals(number))
                .findFirst();
    }
}
