/**
 * What a driver author implements: {@link io.holdfast.backup.destination.Destination}, a flat, strongly consistent store of
 * immutable objects, and its {@link io.holdfast.backup.destination.DestinationProvider}.
 */
@NullMarked
package io.holdfast.backup.destination;

import org.jspecify.annotations.NullMarked;
