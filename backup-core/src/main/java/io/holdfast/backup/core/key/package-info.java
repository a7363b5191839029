/** Keys: the repository key and what is derived from it, wrapping and unwrapping, and which keys this host may use. */
@NullMarked
package io.holdfast.backup.core.key;

import org.jspecify.annotations.NullMarked;
