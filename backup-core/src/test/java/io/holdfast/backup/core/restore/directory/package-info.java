@NullMarked
package io.holdfast.backup.core.restore.directory;

import org.jspecify.annotations.NullMarked;
