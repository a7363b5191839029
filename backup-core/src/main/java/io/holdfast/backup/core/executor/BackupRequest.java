package io.holdfast.backup.core.executor;

import io.holdfast.backup.core.manifest.Attributes;
import io.holdfast.backup.core.manifest.BackupKind;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a backup.
 *
 * @param kind why it is made
 * @param labels what its maker says about it, within the bounds of {@link Attributes}
 * @param scheduledForOrNull the instant of the schedule that it is made for, if any
 */
public record BackupRequest(
        BackupKind kind,
        SortedMap<String, String> labels,
        @Nullable Instant scheduledForOrNull) {
    /**
     * Creates a request, with a copy of the labels.
     *
     * @throws IllegalArgumentException if the labels are out of bounds
     */
    public BackupRequest {
        labels = Attributes.copyOf(labels);
    }

    /** Returns the request for a backup on demand, without labels. */
    public static BackupRequest manual() {
        return new BackupRequest(BackupKind.MANUAL, new TreeMap<>(), null);
    }

    /**
     * Returns this request with labels in the place of its own.
     *
     * @param newLabels the labels
     * @return the request
     * @throws IllegalArgumentException if the labels are out of bounds
     */
    public BackupRequest withLabels(Map<String, String> newLabels) {
        return new BackupRequest(kind, new TreeMap<>(newLabels), scheduledForOrNull);
    }
}
