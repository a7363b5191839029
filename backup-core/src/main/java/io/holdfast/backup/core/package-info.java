/** Finds destinations by their kind or URI. What is done with them lies in the packages below. */
@NullMarked
package io.holdfast.backup.core;

import org.jspecify.annotations.NullMarked;
