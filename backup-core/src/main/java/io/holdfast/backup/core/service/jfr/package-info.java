/** Shows a service in recordings of the JDK Flight Recorder. */
@NullMarked
package io.holdfast.backup.core.service.jfr;

import org.jspecify.annotations.NullMarked;
