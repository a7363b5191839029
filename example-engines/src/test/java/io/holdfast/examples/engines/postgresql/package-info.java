@NullMarked
package io.holdfast.examples.engines.postgresql;

import org.jspecify.annotations.NullMarked;
