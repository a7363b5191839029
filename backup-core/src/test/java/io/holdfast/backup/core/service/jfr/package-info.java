@NullMarked
package io.holdfast.backup.core.service.jfr;

import org.jspecify.annotations.NullMarked;
