/**
 * A small store whose data is a directory: how such a store backs itself up by a checkpoint.
 * {@link io.holdfast.examples.segments.SegmentLog} is the part to copy from.
 */
@NullMarked
package io.holdfast.examples.segments;

import org.jspecify.annotations.NullMarked;
