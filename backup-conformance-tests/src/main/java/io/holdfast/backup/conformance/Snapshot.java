package io.holdfast.backup.conformance;

import java.util.NavigableSet;

/**
 * What a backup gave.
 *
 * @param bytes what the store wrote; not to be changed
 * @param ids the payload ids that it returned
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Snapshot(byte[] bytes, NavigableSet<String> ids) {}
