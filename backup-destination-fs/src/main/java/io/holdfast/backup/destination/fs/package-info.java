/** Destinations in a directory. {@link io.holdfast.backup.destination.fs.FsDestinationProvider} says what it promises. */
@NullMarked
package io.holdfast.backup.destination.fs;

import org.jspecify.annotations.NullMarked;
