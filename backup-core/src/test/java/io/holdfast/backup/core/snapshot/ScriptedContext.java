package io.holdfast.backup.core.snapshot;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The services of a run that is cancelled at a given look, or in which something happens at the first sign of progress. */
final class ScriptedContext implements BackupContext {
    private final long cancelledAt;
    private final Step atFirstProgress;
    private long looks;
    private long done = -1;
    private long total = -1;

    private ScriptedContext(long cancelledAt, Step atFirstProgress) {
        this.cancelledAt = cancelledAt;
        this.atFirstProgress = atFirstProgress;
    }

    /** What happens meanwhile. */
    interface Step {
        void run() throws IOException;
    }

    static ScriptedContext quiet() {
        return new ScriptedContext(Long.MAX_VALUE, () -> {});
    }

    static ScriptedContext cancelledAt(long look) {
        return new ScriptedContext(look, () -> {});
    }

    static ScriptedContext meanwhile(Step step) {
        return new ScriptedContext(Long.MAX_VALUE, step);
    }

    long looks() {
        return looks;
    }

    long done() {
        return done;
    }

    long total() {
        return total;
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public void checkCancelled() {
        if (++looks >= cancelledAt) {
            throw new BackupAbortedException("cancelled by the test");
        }
    }

    @Override
    public void progress(long done, long total) {
        if (this.done < 0) {
            try {
                atFirstProgress.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        this.done = done;
        this.total = total;
    }

    @Override
    public void engineMetadata(String key, String value) {}

    @Override
    public PayloadIDSet newPayloadIDSet() {
        return PayloadIDSet.create();
    }
}
