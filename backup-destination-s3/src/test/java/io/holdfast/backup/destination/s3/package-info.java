@NullMarked
package io.holdfast.backup.destination.s3;

import org.jspecify.annotations.NullMarked;
