/**
 * A small but real metadata store, and the program that shows it surviving its own loss: a file catalogue in an embedded
 * engine. {@link io.holdfast.examples.catalog.CatalogStore} is the part to copy from.
 */
@NullMarked
package io.holdfast.examples.catalog;

import org.jspecify.annotations.NullMarked;
