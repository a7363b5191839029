/**
 * What store authors build their snapshots of, so that a damaged one is refused (A4) without work of their own: a checked stream
 * of records, and a checked tar of a directory. The bytes of both are described in {@code docs/FORMAT.md}. A store need not use
 * them: a snapshot may be any bytes.
 */
@NullMarked
package io.holdfast.backup.core.snapshot;

import org.jspecify.annotations.NullMarked;
