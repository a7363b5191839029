package io.holdfast.backup.conformance;

import org.opentest4j.TestAbortedException;

/** A rule cannot be tested here, because the test class lacks a hook or the server an ability. Shown in the report. */
final class Untestable extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    Untestable(String reason) {
        super(reason);
    }
}
