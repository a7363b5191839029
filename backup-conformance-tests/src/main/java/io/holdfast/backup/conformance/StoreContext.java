package io.holdfast.backup.conformance;

import io.holdfast.backup.BackupAbortedException;
import io.holdfast.backup.BackupContext;
import io.holdfast.backup.Clock;
import io.holdfast.backup.PayloadIDSet;
import java.util.concurrent.ConcurrentHashMap;

/** The services of one call, which can be cancelled. Thread-safe. */
final class StoreContext implements BackupContext {
    private static final int MAX_ENTRIES = 64;
    private static final int MAX_VALUE = 1024;

    private final ConcurrentHashMap<String, String> metadata = new ConcurrentHashMap<>();
    private final Runnable onCheck;
    private volatile boolean cancelled;

    StoreContext() {
        this(() -> {});
    }

    /**
     * Creates the services.
     *
     * @param onCheck is run whenever the store asks whether the call was cancelled
     */
    StoreContext(Runnable onCheck) {
        this.onCheck = onCheck;
    }

    void cancel() {
        cancelled = true;
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public void checkCancelled() {
        onCheck.run();
        if (cancelled) {
            throw new BackupAbortedException("The conformance suite cancelled this run");
        }
    }

    @Override
    public void progress(long done, long total) {
        if (done < 0 || total < -1) {
            throw new IllegalArgumentException("Expected units of 0 or more, found " + done + " of " + total);
        }
    }

    @Override
    public void engineMetadata(String key, String value) {
        if (!key.matches("[A-Za-z0-9._-]{1,64}") || value.length() > MAX_VALUE) {
            throw new IllegalArgumentException("Expected a short name and value, found \"" + key + "\"");
        }
        metadata.put(key, value);
        if (metadata.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException("Expected at most " + MAX_ENTRIES + " entries of engine metadata");
        }
    }

    @Override
    public PayloadIDSet newPayloadIDSet() {
        return PayloadIDSet.create();
    }
}
