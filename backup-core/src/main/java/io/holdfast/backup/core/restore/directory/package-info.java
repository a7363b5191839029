/** Replaces stores that live in a directory. Knows the API only. */
@NullMarked
package io.holdfast.backup.core.restore.directory;

import org.jspecify.annotations.NullMarked;
