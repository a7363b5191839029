/** Which backups stay, why, and the deletion of the others. */
@NullMarked
package io.holdfast.backup.core.retention;

import org.jspecify.annotations.NullMarked;
