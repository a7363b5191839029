/** Runs backups: one attempt each, watched, cancellable, with the blame in the right place. */
@NullMarked
package io.holdfast.backup.core.executor;

import org.jspecify.annotations.NullMarked;
