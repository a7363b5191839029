/** Reads archives back: verifies them, and restores stores from them. */
@NullMarked
package io.holdfast.backup.core.restore;

import org.jspecify.annotations.NullMarked;
