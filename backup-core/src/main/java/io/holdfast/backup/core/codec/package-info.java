/** The road between a store's plain bytes and the stored bytes of an object: compression and digest, streaming, in bounded memory. */
@NullMarked
package io.holdfast.backup.core.codec;

import org.jspecify.annotations.NullMarked;
