@NullMarked
package io.holdfast.backup.destination.fs;

import org.jspecify.annotations.NullMarked;
