/** Runs: their records and where these are kept, and the services that a running one gives to its store. */
@NullMarked
package io.holdfast.backup.core.job;

import org.jspecify.annotations.NullMarked;
