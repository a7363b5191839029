/** The archive at a destination: where everything lies, how a backup is published, listed, verified, pinned and deleted. */
@NullMarked
package io.holdfast.backup.core.repository;

import org.jspecify.annotations.NullMarked;
