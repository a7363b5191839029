/** When something is due: schedules, and what wakes up for them. Knows nothing of backups. */
@NullMarked
package io.holdfast.backup.core.scheduler;

import org.jspecify.annotations.NullMarked;
