/** The front door for an application that embeds Holdfast: everything together, on schedule, observed. */
@NullMarked
package io.holdfast.backup.core.service;

import org.jspecify.annotations.NullMarked;
