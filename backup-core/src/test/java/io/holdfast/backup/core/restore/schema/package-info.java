@NullMarked
package io.holdfast.backup.core.restore.schema;

import org.jspecify.annotations.NullMarked;
