/** Measures Holdfast beside other programs, and its stages alone. */
@NullMarked
package io.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
