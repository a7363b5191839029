/** A destination in memory that keeps the whole contract, for tests. */
@NullMarked
package io.holdfast.backup.conformance.memory;

import org.jspecify.annotations.NullMarked;
