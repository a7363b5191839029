package io.holdfast.backup;

/**
 * The services of one run of {@link Backupable#backup} or {@link Backupable#restore}. Safe for use by several threads;
 * not to be used after the call it was given to has returned.
 */
public interface BackupContext {
    /** Returns the clock of this run. */
    Clock clock();

    /**
     * Returns normally unless the run was cancelled. For long work between two uses of the stream, which checks by itself.
     *
     * @throws BackupAbortedException if the run was cancelled
     */
    void checkCancelled();

    /**
     * Tells how far the store is, in units of its own choice (rows, files). For display only.
     *
     * @param done units done so far, 0 or more
     * @param total units in all, or -1 if not known
     */
    void progress(long done, long total);

    /**
     * Records a fact about the engine in the manifest: a schema version, an engine version. During a restore, ignored.
     *
     * @param key 1 to 64 characters of {@code [A-Za-z0-9._-]}
     * @param value up to 1,024 characters
     * @throws IllegalArgumentException if the key or the value is out of these bounds, or there are already 64 entries
     */
    void engineMetadata(String key, String value);

    /**
     * Returns a new, empty set whose heap use is bounded by configuration, whatever its size. It belongs to this run: its
     * resources are released when the run ends.
     */
    PayloadIDSet newPayloadIDSet();
}
