/** Fuzz targets: one class for each reader, one method each. CONTRIBUTING.md says how to run them for long. */
@NullMarked
package io.holdfast.fuzz;

import org.jspecify.annotations.NullMarked;
