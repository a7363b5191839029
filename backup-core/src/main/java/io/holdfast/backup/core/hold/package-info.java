/** Which payload ids some backup still needs, so that nobody collects them. */
@NullMarked
package io.holdfast.backup.core.hold;

import org.jspecify.annotations.NullMarked;
