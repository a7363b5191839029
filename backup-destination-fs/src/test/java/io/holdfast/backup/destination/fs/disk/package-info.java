/** A file system that fails on order, and that knows what a power cut would leave of it. For tests. */
@NullMarked
package io.holdfast.backup.destination.fs.disk;

import org.jspecify.annotations.NullMarked;
