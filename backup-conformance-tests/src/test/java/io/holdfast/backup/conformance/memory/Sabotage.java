package io.holdfast.backup.conformance.memory;

import java.util.List;

/** One way to be broken. Made anew for each test, so that it may have state that its handles share. */
interface Sabotage {
    /** Returns the broken destination around an honest one. */
    ForwardingDestination wrap(MemoryDestination honest);

    /** Returns what an observer of the server sees besides objects. */
    default List<String> leftovers(MemoryServer server) {
        return server.uploadsInProgress();
    }

    /** Returns what an observer of the server could read without rights. */
    default List<String> exposures(MemoryServer server) {
        return List.of();
    }

    /** Ends what the sabotage left running. */
    default void end() {}
}
