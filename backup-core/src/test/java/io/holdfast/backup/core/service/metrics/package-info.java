@NullMarked
package io.holdfast.backup.core.service.metrics;

import org.jspecify.annotations.NullMarked;
