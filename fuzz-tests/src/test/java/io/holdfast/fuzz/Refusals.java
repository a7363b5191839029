package io.holdfast.fuzz;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;

/** What a reader may answer to bytes that it does not take. */
final class Refusals {
    private Refusals() {}

    static void require(BackupException refused) {
        if (refused.code() == ErrorCode.INTERNAL) {
            throw new AssertionError("Expected a refusal that says why, found an internal error", refused);
        }
    }
}
