/** Replaces stores that live in a schema of a database. Knows the API only. */
@NullMarked
package io.holdfast.backup.core.restore.schema;

import org.jspecify.annotations.NullMarked;
