package io.holdfast.backup.conformance;

import org.opentest4j.TestAbortedException;

/** The driver does not declare the capability that a test is about. Shown in the report. */
final class NotDeclared extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    NotDeclared(String reason) {
        super(reason);
    }
}
