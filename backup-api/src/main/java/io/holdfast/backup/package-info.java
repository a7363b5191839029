/**
 * What a store author implements and what both sides share: {@link io.holdfast.backup.Backupable}, the restore target, ids,
 * clock and errors.
 */
@NullMarked
package io.holdfast.backup;

import org.jspecify.annotations.NullMarked;
