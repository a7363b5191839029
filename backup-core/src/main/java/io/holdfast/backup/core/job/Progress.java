package io.holdfast.backup.core.job;

/**
 * How far a run is.
 *
 * @param bytes how many plain bytes have passed the store's stream
 * @param done how many units the store says are done; -1 if it said nothing
 * @param total how many units the store says there are; -1 if it does not know
 * @param resumptions how often a broken download was resumed, in a restore; 0 in a backup
 */
public record Progress(long bytes, long done, long total, long resumptions) {}
