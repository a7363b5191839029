package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupException;
import io.holdfast.backup.ErrorCode;
import io.holdfast.backup.destination.DestinationException;

/** Says what was seen and what was expected. Which rule that breaks is added by {@link RuleFailures}. */
final class Expect {
    private Expect() {}

    /** Something that a test does to a destination. */
    interface Action {
        void run() throws Exception;
    }

    static void that(boolean holds, String seen, String expected) {
        if (!holds) {
            throw failure(seen, expected);
        }
    }

    static AssertionError failure(String seen, String expected) {
        return new AssertionError("Seen: " + seen + ". Expected: " + expected + ".");
    }

    static void same(Object found, Object wanted, String what) {
        that(found.equals(wanted), what + " is " + found, wanted.toString());
    }

    static <T extends Throwable> T thrown(Class<T> type, String doing, Action action) {
        Throwable thrown = null;
        try {
            action.run();
        } catch (Throwable t) {
            thrown = t;
        }
        if (type.isInstance(thrown)) {
            return type.cast(thrown);
        }
        AssertionError error =
                failure(doing + (thrown == null ? " succeeded" : " threw " + thrown), "a " + type.getSimpleName());
        if (thrown != null) {
            error.initCause(thrown);
        }
        throw error;
    }

    static DestinationException code(ErrorCode code, String doing, Action action) {
        DestinationException thrown = thrown(DestinationException.class, doing, action);
        that(thrown.code() == code, doing + " threw " + thrown, "the code " + code.wireValue());
        return thrown;
    }

    static BackupException anyBackupException(String doing, Action action) {
        return thrown(BackupException.class, doing, action);
    }
}
