/** What an author of a key scheme implements: {@link io.holdfast.backup.key.KeyProvider}. */
@NullMarked
package io.holdfast.backup.key;

import org.jspecify.annotations.NullMarked;
