package io.holdfast.backup.conformance.score;

import java.util.Set;

/** Something that is broken on purpose, and the suite that must notice. */
public interface Contestant {
    /** The configuration parameter that tells the suite whom it tests. */
    String PARAMETER = "saboteur";

    /** Returns what it does wrong, in words joined by hyphens. */
    String name();

    /** Returns the rule that must be reported. */
    String breaks();

    /** Returns rules that may be reported besides, because the fault shows there too. */
    Set<String> also();

    /** Returns the test class to launch. */
    Class<?> suite();

    /** Tells whether a rule may be reported. */
    default boolean mayReport(String rule) {
        return rule.equals(breaks()) || also().contains(rule);
    }
}
