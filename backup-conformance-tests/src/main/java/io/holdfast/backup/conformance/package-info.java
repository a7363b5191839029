/**
 * The contract of destinations as JUnit tests: extend {@link io.holdfast.backup.conformance.DestinationConformance}.
 */
@NullMarked
package io.holdfast.backup.conformance;

import org.jspecify.annotations.NullMarked;
