package io.holdfast.examples;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import java.util.function.BooleanSupplier;

/** The services of a run that a test cancels at will. */
public record TestContext(BooleanSupplier cancelled) implements BackupContext {
    public TestContext() {
        this(() -> false);
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public void checkCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new BackupAbortedException("cancelled by the test");
        }
    }

    @Override
    public void progress(long done, long total) {}

    @Override
    public void engineMetadata(String key, String value) {}

    @Override
    public PayloadIDSet newPayloadIDSet() {
        return PayloadIDSet.create();
    }
}
