/** The smallest store that keeps the contract: {@code docs/STORES.md} explains it line by line. */
@NullMarked
package io.holdfast.examples.guide;

import org.jspecify.annotations.NullMarked;
