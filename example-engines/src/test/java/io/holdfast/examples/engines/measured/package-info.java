@NullMarked
package io.holdfast.examples.engines.measured;

import org.jspecify.annotations.NullMarked;
