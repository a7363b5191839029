/** A destination as a third party would write it: archives in the tables of a database. */
@NullMarked
package io.holdfast.examples.jdbc;

import org.jspecify.annotations.NullMarked;
