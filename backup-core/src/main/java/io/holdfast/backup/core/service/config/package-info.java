/** Reads the settings of a service from a JSON file. */
@NullMarked
package io.holdfast.backup.core.service.config;

import org.jspecify.annotations.NullMarked;
