/**
 * A garbage collector that spares what backups need: a directory of blocks, merged with the hold.
 * {@link io.holdfast.examples.collector.BlockCollector} is the part to copy from.
 */
@NullMarked
package io.holdfast.examples.collector;

import org.jspecify.annotations.NullMarked;
