@NullMarked
package io.holdfast.backup.core.service.config;

import org.jspecify.annotations.NullMarked;
