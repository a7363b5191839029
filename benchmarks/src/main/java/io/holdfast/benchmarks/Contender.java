package io.holdfast.benchmarks;

import java.util.Map;
import java.util.Optional;

/**
 * A program that is measured on one set of data. Its commands run in a directory of their own, beside {@code ../data/store} and
 * {@code ../restored}.
 *
 * @param name what the report calls it
 * @param prepare what makes a new repository, outside of the measured time; empty if nothing does
 * @param work its commands by what they do
 */
record Contender(String name, Optional<Command> prepare, Map<Work, Command> work) {
    /** What is measured. */
    enum Work {
        BACKUP,
        VERIFY,
        RESTORE,
        LIMIT
    }
}
