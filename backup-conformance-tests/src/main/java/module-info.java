/** The conformance suites for driver and store authors, and an in-memory destination for tests. */
module io.holdfast.backup.conformance {
    requires transitive io.holdfast.backup;
    requires java.management;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports io.holdfast.backup.conformance;
    exports io.holdfast.backup.conformance.memory;

    // The rule classes and their test methods are not public: JUnit reaches them by reflection.
    opens io.holdfast.backup.conformance;
}
