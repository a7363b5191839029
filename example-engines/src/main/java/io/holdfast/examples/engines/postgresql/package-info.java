/** A store in PostgreSQL: a schema that is replaced by a restore. */
@NullMarked
package io.holdfast.examples.engines.postgresql;

import org.jspecify.annotations.NullMarked;
