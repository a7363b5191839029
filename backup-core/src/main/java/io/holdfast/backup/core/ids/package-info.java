/** Payload ids in ascending order of their UTF-8 bytes, more of them than fit into memory: merged, and kept in temporary files. */
@NullMarked
package io.holdfast.backup.core.ids;

import org.jspecify.annotations.NullMarked;
